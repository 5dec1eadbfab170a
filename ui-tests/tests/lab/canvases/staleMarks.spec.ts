import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';

import type { GuardedNotebook } from '../../support/notebook';
import { OTHER_WORKSPACE } from '../../support/notebook';
import { expectUntouched, remember } from '../../support/plots';
import { expect, test, testInOwnPage } from '../../support/labTest';

const SET_UP = `%matplotlib inline
import matplotlib.pyplot as plt`;

const PLOT = `fig, ax = plt.subplots(figsize=(4, 2))
ax.plot([1, 4, 2]);`;

/** Plot in two cells, the second of which is all that a mark may come to. */
async function plotTwice(notebook: GuardedNotebook): Promise<void> {
  await notebook.run(SET_UP);
  await notebook.run(PLOT, 1);
  await notebook.run(PLOT, 2);
  await expect(notebook.outputs(2).locator('img')).toBeVisible();
}

for (const theme of ['JupyterLab Light', 'JupyterLab Dark High Contrast']) {
  test(`plots from before a restart are marked until their cell runs again, ${theme}`, async ({
    notebook,
    page
  }, info) => {
    await page.theme.setTheme(theme);
    await page.sidebar.close('left');
    await plotTwice(notebook);
    const memory = await remember(notebook);
    await expect(page.locator('.jp-MplGuard-stale')).toHaveCount(0);
    expect(await notebook.restartElsewhere()).toBe(true);
    for (const index of [1, 2]) {
      await expect(notebook.staleMark(index)).toHaveAccessibleName(
        /from before the restart/
      );
    }
    await expectUntouched(notebook, memory);
    await notebook.staleMark(1).hover();
    await page.screenshot({ path: info.outputPath('stale.png') });

    await notebook.run(SET_UP);
    await notebook.run(PLOT, 1);
    await expect(notebook.staleMark(1)).toHaveCount(0);
    await expect(notebook.staleMark(2)).toBeVisible();
    await page.screenshot({ path: info.outputPath('fresh.png') });
  });
}

test('a setting switches marks off and on at once', async ({
  notebook,
  page
}) => {
  await plotTwice(notebook);
  expect(await notebook.restartElsewhere()).toBe(true);
  await expect(notebook.staleMark(2)).toBeVisible();
  await choose(page, false);
  await expect(page.locator('.jp-MplGuard-stale')).toHaveCount(0);
  await choose(page, true);
  await expect(notebook.staleMark(2)).toBeVisible();
});

/** Plot a figure that is kept, one that is not, the first one again, and one whose name is taken by the last. */
async function plotDifferently(notebook: GuardedNotebook): Promise<void> {
  await notebook.run(SET_UP);
  await notebook.run(`kept, ax = plt.subplots(figsize=(4, 2))
kept.canvas.mpl_connect('button_press_event', print);`, 1);
  await notebook.run('plt.figure(figsize=(4, 2)); plt.plot([2, 1]);', 2);
  await notebook.run('kept', 3);
  await notebook.run(PLOT, 4);
  // The last cell makes one more, so that the badge tells when the page has heard of all that was plotted.
  await notebook.run(`${PLOT}\nunseen = plt.matplotlib.figure.Figure()`, 5);
  await expect(notebook.badge).toHaveAttribute('data-figures', '3');
}

/** Check that the plots are marked whose figures are not restored, and no others. */
async function expectMarks(notebook: GuardedNotebook): Promise<void> {
  await expect(notebook.badge).toHaveAttribute('data-status', 'partial');
  await expect(notebook.page.locator('.jp-MplGuard-stale')).toHaveCount(2);
  await expect(notebook.staleMark(2)).toBeVisible();
  await expect(notebook.staleMark(4)).toBeVisible();
}

test('after a crash those plots are marked whose figures are not restored', async ({
  notebook,
  page
}, info) => {
  await plotDifferently(notebook);
  await notebook.kill();
  await notebook.agree();
  await expectMarks(notebook);
  await page.screenshot({ path: info.outputPath('marks.png') });
});

test('plots whose figures are restored lose their mark', async ({
  notebook,
  page
}) => {
  await plotDifferently(notebook);
  expect(await notebook.restartElsewhere()).toBe(true);
  await expect(page.locator('.jp-MplGuard-stale')).toHaveCount(5);
  await notebook.badge.click();
  await expectMarks(notebook);
});

test('marks are there again after the page is reloaded', async ({
  notebook,
  page,
  baseURL
}) => {
  await plotTwice(notebook);
  await notebook.save();
  const other = await notebook.openAgain();
  await expect(other.outputs(2).locator('img')).toBeVisible();
  await expect(other.badge).toHaveAttribute('data-status', 'live');
  expect(await notebook.restartElsewhere()).toBe(true);
  await expect(other.staleMark(2)).toBeVisible();
  await other.run(SET_UP);
  await other.run(PLOT, 1);
  await expect(other.staleMark(1)).toHaveCount(0);
  await expect.poll(() => marksKept(other)).toEqual([1]);
  await other.page.reload();
  await expect(other.staleMark(2)).toBeVisible();
  await expect(other.staleMark(1)).toHaveCount(0);
  expect(other.problems).toEqual([]);
});

testInOwnPage('marks stay with a notebook that is renamed, over a reload', async ({
  notebook,
  page
}) => {
  await plotTwice(notebook);
  expect(await notebook.restartElsewhere()).toBe(true);
  await expect(notebook.staleMark(2)).toBeVisible();
  await notebook.save();
  const before = await notebook.path();
  const saved = page.waitForResponse(
    response =>
      response.url().includes('/api/workspaces/') &&
      response.request().method() === 'PUT' &&
      /jupyter-mpl-guard:stale:[^"]*renamed\.ipynb/.test(
        response.request().postData() ?? ''
      )
  );
  await page.evaluate(async () => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    await panel.context.rename('renamed.ipynb');
  });
  const request = (await saved).request();
  expect(request.postData()).not.toContain(`stale:${before}`);
  await page.evaluate(() => window.location.reload());
  await expect(notebook.outputs(2).locator('img')).toBeVisible();
  await expect(notebook.staleMark(1)).toBeVisible();
  await expect(notebook.staleMark(2)).toBeVisible();
});

/** Count the cells whose marks the second tab's workspace on the server keeps, for each of its notebooks. */
async function marksKept({
  baseURL,
  page
}: GuardedNotebook): Promise<number[]> {
  const answer = await page.request.get(
    `${baseURL}/lab/api/workspaces/${OTHER_WORKSPACE}`
  );
  const { data } = (await answer.json()) as {
    data: Record<string, { cells: object }>;
  };
  return Object.keys(data)
    .filter(key => key.startsWith('jupyter-mpl-guard:stale:'))
    .map(key => Object.keys(data[key].cells).length);
}

/** Set the setting, as the settings editor does. */
function choose(page: IJupyterLabPageFixture, marks: boolean): Promise<void> {
  return page.evaluate(async marks => {
    const registry = await window.galata.getPlugin(
      '@jupyterlab/apputils-extension:settings'
    );
    await registry!.set('jupyter-mpl-guard:settings', 'markStalePlots', marks);
  }, marks);
}
