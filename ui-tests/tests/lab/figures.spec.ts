import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import type { GuardedNotebook } from '../support/notebook';
import { expectPixels } from '../support/pixels';
import { expect, test } from '../support/labTest';

/** Plots a thick line in a colour that is not red. */
const plot = (backend: string) => `%matplotlib ${backend}
import matplotlib.pyplot as plt
fig, ax = plt.subplots()
line, = ax.plot([1, 4, 2], linewidth=12, color='blue')`;

const DIE = 'import os; os.kill(os.getpid(), 9)';

/** Which of the names that the plot has bound are there. */
const NAMES = `print(sorted({'fig', 'ax', 'line'} & set(globals())))`;

/** Whether the names still belong together. */
const IDENTITY = 'print(ax.figure is fig, line in ax.lines)';

/** Plot, and restart in the menu. */
async function plotAndRestart(
  notebook: GuardedNotebook,
  page: IJupyterLabPageFixture
): Promise<void> {
  await notebook.run(plot('inline'));
  await expect(notebook.badge).toHaveAttribute('data-figures', '1');
  await page.menu.clickMenuItem('Kernel>Restart Kernel…');
  await notebook.agree();
  await expect(notebook.badge).toHaveAttribute('data-status', 'offered');
}

test('after a crash one goes on with the axes, inline', async ({
  notebook
}) => {
  await notebook.run(plot('inline'));
  await notebook.run(DIE, 1);
  await notebook.agree();
  await expect(notebook.badge).toHaveAttribute('data-status', 'restored');
  await expect(notebook.badge).toHaveAttribute('data-figures', '1');
  await expect(notebook.badge).toHaveAccessibleName(/crash.*figures/);

  await notebook.run("ax.plot([3, 1, 3]); line.set_color('red'); fig", 2);
  await expectPixels(notebook.outputs(2).locator('img'), 'red');
  expect(await notebook.run(IDENTITY, 3)).toBe('True True');
  expect(await notebook.run('print(len(ax.lines), plt.get_fignums())', 3)).toBe(
    '2 []'
  );
});

test('after a crash one goes on with the axes, widget', async ({
  notebook
}) => {
  await notebook.run(plot('widget'));
  await expect(notebook.outputs(0).locator('canvas').first()).toBeVisible();
  await notebook.run(DIE, 1);
  await notebook.agree();
  await expect(notebook.badge).toHaveAttribute('data-status', 'restored');
  await expect(notebook.badge).toHaveAttribute('data-backend', 'widget');
  await expect(notebook.badge).toHaveAttribute('data-figures', '1');

  // A cell that shows nothing has no canvas left over from the restore.
  expect(await notebook.run("line.set_color('red')", 2)).toBe('');
  expect(await notebook.run('print(plt.get_fignums())', 3)).toBe('[1]');
  await expect(notebook.outputs(2)).toHaveCount(0);
  await expect(notebook.outputs(3)).toHaveCount(1);

  await notebook.run('fig.canvas', 4);
  await expect(notebook.outputs(4)).toHaveCount(1);
  const canvas = notebook.outputs(4).locator('canvas').first();
  await expectPixels(canvas, 'red');
  // It is alive: what another cell does is drawn in it.
  expect(await notebook.run("line.set_color('lime')", 5)).toBe('');
  await expectPixels(canvas, 'lime');
  expect(await notebook.run(IDENTITY, 5)).toBe('True True');
});

test('after a restart figures are offered, and a click restores them', async ({
  notebook,
  page
}) => {
  await plotAndRestart(notebook, page);
  await expect(notebook.badge).toHaveText('restore figures');
  await expect(notebook.badge).toHaveAccessibleName(
    /1 figure from before the restart.*A click restores/
  );
  expect(await notebook.run(NAMES)).toBe('[]');
  await expect(notebook.badge).toHaveAttribute('data-status', 'offered');

  await notebook.badge.click();
  await expect(notebook.badge).toHaveAttribute('data-status', 'restored');
  await expect
    .poll(async () => (await page.notifications).map(({ message }) => message))
    .toEqual(['Restored: figures.']);
  expect(await notebook.run(NAMES)).toBe("['ax', 'fig', 'line']");
  expect(await notebook.run(IDENTITY)).toBe('True True');
});

test('a name that is bound to something else is named, and kept', async ({
  notebook,
  page
}) => {
  await plotAndRestart(notebook, page);
  await notebook.run("fig = 'mine'");
  await page.menu.clickMenuItem('Kernel>Restore Figures');
  await expect(notebook.badge).toHaveAttribute('data-status', 'partial');
  await expect(notebook.badge).toHaveAccessibleName(/Missing: the name fig /);
  await expect
    .poll(async () => (await page.notifications).map(({ message }) => message))
    .toEqual([expect.stringContaining('Missing: the name fig ')]);
  expect(await notebook.run('print(fig, line in ax.lines)')).toBe('mine True');
});

test('what is plotted meanwhile is not counted among the offered', async ({
  notebook,
  page
}) => {
  await plotAndRestart(notebook, page);
  await notebook.run('other, axes = plt.subplots(); axes.plot([1, 2])');
  await expect(notebook.badge).toHaveAttribute('data-figures', '2');
  await expect(notebook.badge).toHaveAttribute('data-status', 'offered');
  await expect(notebook.badge).toHaveAccessibleName(/ 1 figure from before/);
  await notebook.badge.click();
  await expect(notebook.badge).toHaveText('inline · 2');
  expect(
    await notebook.run('print(line in ax.lines, axes.figure is other)')
  ).toBe('True True');
});

test('an offer that is dismissed is not made again', async ({
  notebook,
  page
}) => {
  await plotAndRestart(notebook, page);
  await page.menu.clickMenuItem('Kernel>Dismiss Offered Figures…');
  await notebook.agree();
  await expect(notebook.badge).toHaveAttribute('data-status', 'restored');
  await expect(notebook.badge).toHaveAttribute('data-figures', '0');
  await expect(notebook.badge).toHaveText('inline');
  expect(await notebook.run(NAMES)).toBe('[]');

  expect(await notebook.restartElsewhere()).toBe(true);
  await expect.poll(() => notebook.incarnation()).toBe(3);
  await expect(notebook.badge).toHaveAttribute('data-status', 'restored');
  await expect(notebook.badge).toHaveAttribute('data-figures', '0');
});

test('Restart & Run All finds no old figure', async ({ notebook, page }) => {
  const figures = 'print(plt.get_fignums())';
  const first = `%matplotlib widget
import matplotlib.pyplot as plt
${figures}`;
  await notebook.run(first);
  await notebook.run('plt.figure(7).gca().plot([1, 2]);', 1);
  expect(await notebook.run(figures, 2)).toBe('[7]');
  expect(await notebook.run(first)).toBe('[7]');
  await notebook.write('print(plt.get_fignums(), "again")', 2);
  await expect(notebook.badge).toHaveAttribute('data-figures', '1');

  await page.menu.clickMenuItem('Kernel>Restart Kernel and Run All Cells…');
  await notebook.agree();
  await expect(notebook.outputs(2)).toHaveText('[7] again');
  await expect(notebook.outputs(0)).toHaveText('[]');
  await expect(notebook.badge).toHaveAttribute('data-status', 'offered');
});
