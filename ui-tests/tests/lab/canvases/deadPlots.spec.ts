import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Page } from '@playwright/test';

import { seriousProblems } from '../../support/axe';
import type { GuardedNotebook } from '../../support/notebook';
import { expectPixels } from '../../support/pixels';
import { expectAlive, expectUntouched, plot, remember } from '../../support/plots';
import { expect, test } from '../../support/labTest';

const BUTTON = { name: 'Restore figures' };

/** Nothing is on the page of canvases that are dead but their picture. */
async function expectNoDeadCanvases(page: Page): Promise<void> {
  await expect(page.locator('.jupyter-matplotlib')).toHaveCount(0);
  await expect(
    page.getByText(/Error displaying widget|Loading widget/)
  ).toHaveCount(0);
}

test('a canvas that a restart has ended shows its picture, and the offer restores it', async ({
  notebook,
  page
}, info) => {
  await notebook.run(plot());
  await expect(notebook.canvas()).toBeVisible();
  await drawInRed(notebook);
  const size = (await notebook.canvas().boundingBox())!;
  const memory = await remember(notebook);
  await restart(notebook);

  const dead = notebook.deadPlot();
  await expect(dead).toContainText('From before the restart');
  // The output holds the first picture, which is blue.
  await expectPixels(dead.locator('img'), 'red');
  await expectNoDeadCanvases(page);
  await expect(dead.getByRole('img', { name: /^Figure/ })).toBeVisible();
  const shown = (await dead.locator('img').boundingBox())!;
  expect([shown.width, shown.height]).toEqual([size.width, size.height]);
  await expect(notebook.staleMark()).toHaveCount(0);
  expect(await seriousProblems(page, '.jp-MplGuard-dead')).toEqual([]);
  await page.screenshot({ path: info.outputPath('dead.png') });
  await expectUntouched(notebook, memory);

  await dead.getByRole('button', BUTTON).focus();
  await page.screenshot({ path: info.outputPath('focused.png') });
  await page.keyboard.press('Enter');
  await expect(notebook.badge).toHaveAttribute('data-status', 'restored');
  await expect(dead).toHaveCount(0);
  // The button has gone; whoever uses the keyboard goes on from the cell.
  await expect(page.locator('.jp-Cell:focus')).toHaveCount(1);
  await expect(notebook.canvas()).toBeVisible();
  await expectUntouched(notebook, memory);
  await expectAlive(notebook, [notebook.canvas()], 'lime', 1);
  await page.screenshot({ path: info.outputPath('alive.png') });
});

test('an offer that is accepted after a restart by another client restores the canvas, with a click', async ({
  notebook
}) => {
  await notebook.run(plot());
  await expect(notebook.badge).toHaveAttribute('data-figures', '1');
  expect(await notebook.restartElsewhere()).toBe(true);
  await notebook.deadPlot().getByRole('button', BUTTON).click();
  await expect(notebook.deadPlot()).toHaveCount(0);
  await expectAlive(notebook, [notebook.canvas()], 'red', 1);
});

test('a canvas stays a picture when the offer is dismissed, until its cell runs again', async ({
  notebook,
  page
}) => {
  await notebook.run(plot());
  await restart(notebook);
  const button = notebook.deadPlot().getByRole('button', BUTTON);
  await expect(button).toBeVisible();
  await page.menu.clickMenuItem('Kernel>Dismiss Offered Figures…');
  await notebook.agree();
  await expect(button).toBeHidden();
  await expect(notebook.deadPlot()).toContainText('From before the restart');

  await notebook.run(plot());
  await expect(notebook.deadPlot()).toHaveCount(0);
  await expectAlive(notebook, [notebook.canvas()], 'red', 1);
});

test('a canvas that is closed while its kernel lives keeps what it shows', async ({
  notebook,
  page
}) => {
  await notebook.run(plot());
  await notebook.run("lines[0].set_color('red')", 1);
  await expectPixels(notebook.canvas(), 'red');
  await notebook.run('plt.close(fig); del fig, ax, lines', 2);
  await expect(notebook.badge).toHaveAttribute('data-figures', '0');
  await expectPixels(notebook.canvas(), 'red');
  await expect(page.locator('.jp-MplGuard-dead')).toHaveCount(0);
});

test('a notebook that is opened without a kernel, or with another, shows pictures', async ({
  notebook,
  page,
  baseURL
}, info) => {
  await notebook.run(plot(2));
  await notebook.run('import ipywidgets; ipywidgets.IntSlider()', 1);
  await notebook.save();
  const path = await notebook.path();
  const file = await forgetKernel(notebook, path);
  await notebook.shutdown();

  const other = await notebook.openAgain(path);
  const dialog = other.page.locator('.jp-Dialog');
  await dialog.locator('select').selectOption('No Kernel');
  await dialog.locator('.jp-mod-accept').click();
  await expect(other.deadPlot()).toHaveCount(2);
  await expect(other.deadPlot().first()).toContainText(
    'From before the restart'
  );
  await expect(
    other.deadPlot().getByRole('img', { name: /^Figure/ })
  ).toHaveCount(2);
  await expect(other.deadPlot().getByRole('button')).toHaveCount(0);
  await expect(other.page.locator('.jupyter-matplotlib')).toHaveCount(0);
  await expect(other.deadPlot(1)).toHaveCount(0);
  expect((await other.document()).dirty).toBe(false);
  expect(await other.file()).toBe(file);
  await other.page.screenshot({ path: info.outputPath('without-kernel.png') });

  await other.page.evaluate(() => {
    const { shell } = window.jupyterapp;
    const { sessionContext } = shell.currentWidget as NotebookPanel;
    return sessionContext.changeKernel({ name: 'python3' });
  });
  await expect(other.badge).toHaveAttribute('data-status', /absent|offered/);
  await expect(other.deadPlot()).toHaveCount(2);
  await expect(other.outputs(1)).toContainText('model not found');
  await expect(other.deadPlot(1)).toHaveCount(0);
  await other.page.screenshot({ path: info.outputPath('other-kernel.png') });
  await other.run(plot());
  await expectAlive(other, [other.canvas()], 'red', 2);
  await other.shutdown();
  expect(other.problems).toEqual([]);
});

test('a notebook that is opened the next day shows pictures, and its figures are offered', async ({
  notebook,
  page,
  baseURL
}, info) => {
  await notebook.run(plot());
  await expect.poll(() => keptPicture(notebook)).not.toBe('');
  const first = await keptPicture(notebook);
  await drawInRed(notebook);
  await expect.poll(() => keptPicture(notebook)).not.toBe(first);
  const file = await notebook.save();
  const path = await notebook.path();
  await notebook.shutdown();

  const other = await notebook.openAgain(path);
  await expect(other.deadPlot()).toContainText('From before the restart');
  await expectPixels(other.deadPlot().locator('img'), 'red');
  await expectNoDeadCanvases(other.page);
  expect((await other.document()).dirty).toBe(false);
  expect(await other.file()).toBe(file);
  await other.page.screenshot({ path: info.outputPath('reopened.png') });

  await other.deadPlot().getByRole('button', BUTTON).click();
  await expect(other.deadPlot()).toHaveCount(0);
  await expectAlive(other, [other.canvas()], 'lime', 1);
  await other.page.screenshot({ path: info.outputPath('alive.png') });
  await other.shutdown();
  expect(other.problems).toEqual([]);
});

test('widgets of others stay as they are', async ({ notebook, page }, info) => {
  await notebook.run(plot());
  await notebook.run('import ipywidgets; ipywidgets.IntSlider(value=3)', 1);
  await notebook.run(
    `display({'text/plain': 'Canvas(width=200)', 'image/png': '',
         'application/vnd.jupyter.widget-view+json': {'model_id': 'none', 'version_major': 2, 'version_minor': 0}}, raw=True)`,
    2
  );
  await restart(notebook);
  await expect(notebook.deadPlot(0)).toBeVisible();
  await expect(
    notebook.outputs(1).locator('.jupyter-widgets-disconnected')
  ).toBeVisible();
  await expect(notebook.outputs(2)).toContainText('model not found');
  await expect(page.locator('.jp-MplGuard-dead')).toHaveCount(1);
  await expect(page.locator('.jp-MplGuard-stale')).toHaveCount(0);
  await page.screenshot({ path: info.outputPath('others.png') });
});

test('a dead canvas whose output has no picture says so in place of an error', async ({
  notebook,
  page
}, info) => {
  await notebook.run(plot());
  await notebook.run(
    `display({'text/plain': "Canvas(toolbar=Toolbar(toolitems=[('Home', 'Reset original view'…",
         'application/vnd.jupyter.widget-view+json': {'model_id': 'none', 'version_major': 2, 'version_minor': 0}}, raw=True)`,
    1
  );
  await expect(notebook.deadPlot(1)).toContainText('run the cell again');
  await expect(notebook.outputs(1)).toBeHidden();
  await page.screenshot({ path: info.outputPath('note.png') });
});

/** Change the plot after the first picture of it, and wait until the page shows that. */
async function drawInRed(notebook: GuardedNotebook): Promise<void> {
  await notebook.run("lines[0].set_color('red');", 1);
  await expectPixels(notebook.canvas(), 'red');
}

/** What distinguishes the picture of the only figure that the server keeps from others; empty while it keeps none. */
async function keptPicture(notebook: GuardedNotebook): Promise<string> {
  const { baseURL, page } = notebook;
  const url = `${baseURL}/mpl-guard/kernels/${await notebook.kernelId()}`;
  const { figures } = await (await page.request.get(url)).json();
  if (!figures.length) {
    return '';
  }
  const picture = await page.request.get(`${url}/figures/${figures[0].id}.png`);
  return picture.ok() ? picture.headers().etag : '';
}

/** Restart in the menu, as a user does. */
async function restart(notebook: GuardedNotebook): Promise<void> {
  await expect(notebook.badge).toHaveAttribute('data-figures', /[1-9]/);
  await notebook.page.evaluate(() => {
    void window.jupyterapp.commands.execute('kernelmenu:restart');
  });
  await notebook.agree();
  await expect(notebook.badge).toHaveAttribute('data-status', 'offered');
}

/** Name a kernel that does not exist in the file of a notebook; return the text of the file then. */
async function forgetKernel(
  notebook: GuardedNotebook,
  path: string
): Promise<string> {
  const url = `${notebook.baseURL}/api/contents/${path}`;
  const { request } = notebook.page;
  const { content } = await (await request.get(url)).json();
  content.metadata.kernelspec = { name: 'gone', display_name: 'gone' };
  await request.put(url, { data: { type: 'notebook', content } });
  return notebook.file();
}
