/**
 * The test function of the JupyterLab tests: a new notebook in each.
 */
import { expect, test as galata } from '@jupyterlab/galata';

import { GuardedNotebook } from './notebook';

export { expect };

/** Galata's test, with a notebook whose kernel is real. */
export const test = galata.extend<{ notebook: GuardedNotebook }>({
  // Galata's stand-ins for these answer restarts in their own way.
  kernels: null,
  sessions: null,

  // eslint-disable-next-line no-empty-pattern
  baseURL: async ({}, use, { parallelIndex }) => {
    await use(process.env.MPL_GUARD_LAB_URLS!.split(' ')[parallelIndex]);
  },

  notebook: async ({ page, baseURL }, use) => {
    const notebook = new GuardedNotebook(page, baseURL!);
    await page.notebook.createNew(undefined, { kernel: 'python3' });
    await expect(notebook.badge).toBeVisible();
    await use(notebook);
    await notebook.shutdown();
    expect(notebook.problems, 'errors in the console').toEqual([]);
  }
});
