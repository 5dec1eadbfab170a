/**
 * The line under the traceback of a cell that failed because of a restart.
 */
import { seriousProblems } from '../support/axe';
import { expect, test } from '../support/labTest';

test('a name that a restart took away is named under the traceback, and comes back with a click', async ({
  notebook,
  page
}) => {
  const hint = page.locator('.jp-NotebookPanel:visible .jp-MplGuard-hint');
  await notebook.run(`%matplotlib inline
import matplotlib.pyplot as plt
fig, ax = plt.subplots()
mine = 1`);
  await expect(notebook.badge).toHaveAttribute('data-figures', '1');
  expect(await notebook.restartElsewhere()).toBe(true);
  await expect(notebook.badge).toHaveAttribute('data-status', 'offered');

  const setting = 'jupyter-mpl-guard:settings';
  const show = (isOn: boolean) =>
    page.evaluate(
      async ([setting, isOn]) => {
        const registry = await window.galata.getPlugin(
          '@jupyterlab/apputils-extension:settings'
        );
        await registry!.set(setting, 'hints', isOn);
      },
      [setting, isOn] as const
    );
  await show(false);

  // Nothing is said about a name that no figure had.
  expect(await notebook.run('mine', 1)).toContain('not defined');
  expect(await notebook.run("ax.set_title('back')", 2)).toContain(
    'not defined'
  );
  await expect(hint).toHaveCount(0);
  const before = await notebook.save();
  await show(true);
  await expect(hint).toHaveText(
    /^ax belonged to figure 1 before the restart\.Restore it$/
  );
  await expect(hint).toHaveAttribute('data-figure', /.+/);
  expect(await seriousProblems(page, '.jp-MplGuard-hint')).toEqual([]);
  expect((await notebook.document()).dirty).toBe(false);
  const saved = await notebook.save();
  expect(saved).not.toContain('belonged');
  expect(saved).toBe(before);

  await hint.getByRole('button').press('Enter');
  await expect(hint).toHaveText('ax is back: run the cell again.');
  await expect(hint).toBeFocused();
  expect((await notebook.document()).dirty).toBe(false);
  expect(await notebook.run("ax.set_title('back')", 2)).toContain('back');
  await expect(hint).toHaveCount(0);

  // What the user deletes is gone because the user wants it to be.
  await notebook.run('del ax', 3);
  expect(await notebook.run('ax', 4)).toContain('not defined');
  await expect(hint).toHaveCount(0);
});
