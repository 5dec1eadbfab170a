/**
 * The test functions of the JupyterLab tests: a new notebook in each.
 */
import type { ILabShell } from '@jupyterlab/application';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, galata, test as galataTest } from '@jupyterlab/galata';

import { GuardedNotebook } from './notebook';

export { expect };

/** The JupyterLab that a worker's tests have for themselves. */
function labURL(parallelIndex: number): string {
  return process.env.MPL_GUARD_LAB_URLS!.split(' ')[parallelIndex];
}

/**
 * Galata's test with a notebook whose kernel is real, in a page of its own: for
 * tests that choose how the page is loaded, or load it again.
 */
export const testInOwnPage = galataTest.extend<{ notebook: GuardedNotebook }>({
  // Galata's stand-ins for these answer restarts in their own way.
  kernels: null,
  sessions: null,

  // eslint-disable-next-line no-empty-pattern
  baseURL: async ({}, use, { parallelIndex }) => {
    await use(labURL(parallelIndex));
  },

  notebook: async ({ page, baseURL, tmpPath }, use) => {
    const notebook = new GuardedNotebook(page, baseURL!);
    await notebook.open(await notebook.create(`${tmpPath}/Untitled.ipynb`));
    await expect(notebook.badge).toBeVisible();
    await use(notebook);
    await notebook.shutdown();
    expect(notebook.problems, 'errors in the console').toEqual([]);
  }
});

/**
 * The test of most: the page is loaded once for all tests of a worker, and left
 * tidy by each.
 */
export const test = testInOwnPage.extend<object, { lab: IJupyterLabPageFixture }>({
  lab: [
    async ({ browser }, use, { parallelIndex, project }) => {
      const baseURL = labURL(parallelIndex);
      const { viewport } = project.use;
      const context = await browser.newContext({ baseURL, viewport });
      const own = await context.newPage();
      const page = await galata.initTestPage(
        '/lab',
        false,
        baseURL,
        true,
        galata.DEFAULT_SETTINGS,
        true,
        true,
        own,
        null,
        null,
        '',
        async () => {},
        null,
        true
      );
      // Galata's own way to go there waits for fifteen seconds, which a busy machine may need.
      await own.goto('lab?reset');
      await own.waitForFunction(() => window.jupyterapp?.restored);
      await own.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
      await own.evaluate(() => typeof window.galata.app); // it remembers the application once it has been asked
      await use(page);
      await context.close();
    },
    { scope: 'worker', timeout: 120_000 }
  ],

  page: async ({ lab }, use) => {
    await use(lab);
    await tidy(lab);
  }
});

/** Leave the page as it was before a test that has passed; after one that has not, the worker ends with its page. */
async function tidy(page: IJupyterLabPageFixture): Promise<void> {
  for (const event of ['request', 'pageerror', 'console'] as const) {
    page.removeAllListeners(event);
  }
  const [own, ...others] = page.context().pages(); // galata's page is not the browser's own
  await Promise.all(others.map(other => other.close()));
  await own.bringToFront();
  await page.evaluate(async () => {
    const shell = window.jupyterapp.shell as unknown as ILabShell;
    for (const widget of [...shell.widgets('main')]) {
      if ('context' in widget) {
        (widget as IDocumentWidget).context.model.dirty = false; // else it asks whether to save
      }
      widget.close();
    }
    shell.collapseRight();
    const helpers = await window.galata.getPlugin(
      '@jupyterlab/galata-extension:helpers'
    );
    helpers!.notifications.dismiss();
  });
  if ((await page.theme.getTheme()) !== 'JupyterLab Light') {
    await page.theme.setLightTheme();
  }
}
