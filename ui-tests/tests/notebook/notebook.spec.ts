import { expect, test } from '@playwright/test';

import { seriousProblems } from '../support/axe';
import { ShownCanvas } from '../support/canvas';
import { PLOT, plotCrashAndGoOn } from '../support/crash';
import { GuardedNotebook, IN_FORCE, PROBE, SET_UP } from '../support/notebook';
import { PlotsPanel } from '../support/panel';

test('the badge shows in Notebook 7, and settings survive a restart', async ({
  page,
  baseURL
}) => {
  const notebook = new GuardedNotebook(page, baseURL!);
  await page.goto(`notebooks/${await notebook.create('guarded.ipynb')}`);
  await expect(notebook.badge).toHaveAttribute('data-status', 'absent');
  await notebook.run(SET_UP);
  await expect(notebook.badge).toHaveAttribute('data-backend', 'inline');

  await page.getByRole('menuitem', { name: 'Kernel' }).click();
  await page.getByRole('menuitem', { name: 'Restart Kernel…' }).click();
  await notebook.agree();
  await expect(notebook.badge).toHaveAttribute('data-status', 'restored');
  expect(await notebook.run(PROBE)).toBe(IN_FORCE);

  await notebook.badge.click();
  await expect(page.locator('.Toastify__toast')).toContainText(/\./);

  await notebook.shutdown();
  expect(notebook.problems).toEqual([]);
});

test('a canvas is restored in place in Notebook 7', async ({
  page,
  baseURL
}) => {
  const notebook = new GuardedNotebook(page, baseURL!);
  await page.goto(`notebooks/${await notebook.create('canvas.ipynb')}`);
  await expect(notebook.badge).toHaveAttribute('data-status', 'absent');
  await plotCrashAndGoOn(notebook);
  await notebook.shutdown();
  expect(notebook.problems).toEqual([]);
});

test('a canvas that a restart has ended is restored with a click in Notebook 7', { tag: '@thorough' }, async ({
  page,
  baseURL
}, info) => {
  const notebook = new GuardedNotebook(page, baseURL!);
  await page.goto(`notebooks/${await notebook.create('offered.ipynb')}`);
  await expect(notebook.badge).toHaveAttribute('data-status', 'absent');
  await notebook.run(PLOT);
  const canvas = new ShownCanvas(page, notebook.outputs(0));
  await canvas.expectColour('blue');
  const saved = await notebook.save();

  expect(await notebook.restartElsewhere()).toBe(true);
  const dead = notebook.deadPlot();
  await expect(dead).toContainText('From before the restart');
  await expect(dead.getByRole('img')).toBeVisible();
  await page.screenshot({ path: info.outputPath('dead.png') });
  await dead.getByRole('button', { name: 'Restore figures' }).click();
  await expect(dead).toHaveCount(0);
  expect((await notebook.document()).dirty).toBe(false);
  expect(await notebook.save()).toBe(saved);
  await notebook.run("line.set_color('red')", 2);
  await canvas.expectColour('red');
  await notebook.shutdown();
  expect(notebook.problems).toEqual([]);
});

test('the panel shows the figures in Notebook 7, opened by its menu', async ({
  page,
  baseURL
}, info) => {
  const notebook = new GuardedNotebook(page, baseURL!);
  const panel = new PlotsPanel(page);
  await page.goto(`notebooks/${await notebook.create('panel.ipynb')}`);
  await expect(notebook.badge).toHaveAttribute('data-status', 'absent');
  await notebook.run(`%matplotlib inline
import matplotlib.pyplot as plt
with plt.style.context('dark_background'):
    dark, ax = plt.subplots(figsize=(4, 3))
    ax.plot([1, 4, 2])
light = plt.figure(figsize=(2, 4))`);
  await page.getByRole('menuitem', { name: 'View' }).click();
  await page.getByRole('menuitem', { name: 'Plots' }).click();
  await expect(panel.cards.locator('.jp-MplGuard-cardTitle')).toHaveText([
    'dark, ax',
    'light'
  ]);
  await expect(panel.thumbnails).toHaveCount(2);
  await page.screenshot({ path: info.outputPath('panel.png') });
  await panel.cards.first().dblclick();
  await expect(page.locator('.jp-MplGuard-figure img')).toBeVisible();
  await page.screenshot({ path: info.outputPath('opened.png') });
  // The panel is low now: a card that the keyboard reaches is not hidden by the buttons above the list.
  await panel.cards.last().click();
  await panel.node.evaluate(node => {
    node.scrollTop = node.scrollHeight;
  });
  await page.keyboard.press('ArrowUp');
  await expect(panel.cards.first()).toBeFocused();
  const tools = (await panel.node.locator('.jp-MplGuard-tools').boundingBox())!;
  await expect
    .poll(async () => (await panel.cards.first().boundingBox())!.y)
    .toBeGreaterThanOrEqual(tools.y + tools.height);
  const parts = ['#mpl-guard-plots', '.jp-MplGuard-figure'];
  expect(await seriousProblems(page, ...parts)).toEqual([]);
  const settings = await panel.section('settings');
  await settings.getByRole('button', { name: 'Insert as a cell' }).click();
  await expect(page.locator('.jp-Cell.jp-MplGuard-mod-found')).toContainText(
    '%matplotlib inline'
  );
  await page.getByRole('menuitem', { name: 'View' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Plots' }).click();
  await expect(panel.node).toBeHidden();
  await notebook.shutdown();
  expect(notebook.problems).toEqual([]);
});
