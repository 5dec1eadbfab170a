import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import type { GuardedNotebook} from '../support/notebook';
import { IN_FORCE, PROBE, SET_UP } from '../support/notebook';
import { expect, test } from '../support/labTest';

/**
 * Ways in which a kernel gets another process, all of which leave the cell as it is.
 *
 * No two crashes follow one another: the second would count as one that the restore has caused.
 */
const TRIGGERS: Record<
  string,
  (notebook: GuardedNotebook, page: IJupyterLabPageFixture) => Promise<void>
> = {
  'a cell that kills the kernel': async notebook => {
    await notebook.run('import os; os.kill(os.getpid(), 9)');
    await notebook.agree();
  },
  'a restart in the menu': async (notebook, page) => {
    await page.menu.clickMenuItem('Kernel>Restart Kernel…');
    await notebook.agree();
  },
  'a restart by another client': async notebook => {
    expect(await notebook.restartElsewhere()).toBe(true);
  },
  'two restarts within a second': async notebook => {
    // The answer to the first is still held back when the second is sent.
    const before = await notebook.incarnation();
    const { agreed } = await notebook.beginRestartElsewhere();
    expect(await notebook.restartElsewhere()).toBe(true);
    expect(await agreed).toBe(true);
    await expect.poll(() => notebook.incarnation()).toBe(before + 2);
  },
  'the death of the idle process': async notebook => {
    await notebook.kill();
    await notebook.agree();
  }
};

test('settings survive restarts and crashes of every kind', async ({
  notebook,
  page
}) => {
  await notebook.run(SET_UP);
  await expect(notebook.badge).toHaveAttribute('data-backend', 'inline');
  expect(await notebook.run(PROBE)).toBe(IN_FORCE);

  for (const [name, trigger] of Object.entries(TRIGGERS)) {
    await test.step(name, async () => {
      const before = await notebook.incarnation();
      await trigger(notebook, page);

      await expect.poll(() => notebook.incarnation()).toBeGreaterThan(before);
      await expect(notebook.badge).toHaveAttribute('data-status', 'restored');
      expect(await notebook.run(PROBE)).toBe(IN_FORCE);
      await expect(notebook.badge).toHaveAttribute('data-backend', 'inline');
    });
  }
});

test('Restart & Run All begins like a fresh kernel', async ({
  notebook,
  page
}) => {
  await notebook.run(SET_UP);
  expect(await notebook.run(PROBE)).toBe(IN_FORCE);
  const probe = `import matplotlib.pyplot as plt
print(plt.rcParams['figure.dpi'], plt.rcParams['axes.grid'], 'plt' in globals())`;
  await notebook.write(probe);
  await page.menu.clickMenuItem('Kernel>Restart Kernel and Run All Cells…');
  await notebook.agree();
  await expect(notebook.outputs()).toHaveText('100.0 False True');
  await expect(notebook.badge).toHaveAttribute('data-status', 'live');

  // It was for that one restart, and a dialog that is dismissed restarts nothing.
  await notebook.run(SET_UP);
  await page.menu.clickMenuItem('Kernel>Restart Kernel and Run All Cells…');
  const answered = page.waitForResponse(
    response =>
      response.request().method() === 'PATCH' &&
      response.request().postDataJSON().next_restore === 'auto'
  );
  await page.locator('.jp-Dialog .jp-mod-reject').click();
  await answered;
  await page.menu.clickMenuItem('Kernel>Restart Kernel…');
  await notebook.agree();
  await expect(notebook.badge).toHaveAttribute('data-status', 'restored');
  expect(await notebook.run(PROBE)).toBe(IN_FORCE);
});

test('a restart in the menu is answered with one restore', async ({
  notebook,
  page
}) => {
  await notebook.run(SET_UP);
  notebook.requests.length = 0;
  await page.menu.clickMenuItem('Kernel>Restart Kernel…');
  await notebook.agree();
  await expect(notebook.badge).toHaveAttribute('data-status', 'restored');
  expect(await notebook.run(PROBE)).toBe(IN_FORCE);
  expect(notebook.requests).toEqual(['POST /mpl-guard/reinit']);
});

test('a page that opens later does not take that for a restart, and follows the next one', async ({
  notebook,
  page,
  baseURL
}) => {
  await notebook.run(SET_UP);
  await page.notebook.save();
  await expect(notebook.badge).toHaveAttribute('data-status', 'live');

  const other = await notebook.openAgain();
  await expect(other.badge).toHaveAttribute('data-status', 'live');
  await expect(other.badge).toHaveAttribute('data-backend', 'inline');
  expect(other.requests).toEqual([
    `GET /mpl-guard/kernels/${await notebook.kernelId()}`
  ]);

  expect(await notebook.restartElsewhere()).toBe(true);
  await expect(other.badge).toHaveAttribute('data-status', 'restored');
  await expect(notebook.badge).toHaveAttribute('data-status', 'restored');
  expect(await notebook.run(PROBE)).toBe(IN_FORCE);
  expect(other.problems).toEqual([]);
});
