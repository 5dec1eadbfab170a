import { intercept } from '../support/intercept';
import { GuardedNotebook, SET_UP } from '../support/notebook';
import { expect, test } from '../support/labTest';

test('the badge follows the kernel from cell to cell without asking', async ({
  notebook
}) => {
  await expect(notebook.badge).toHaveAttribute('data-status', 'absent');
  await expect(notebook.badge).toHaveText('plots');
  await expect(notebook.badge).toHaveAccessibleName(/not in use/);
  notebook.requests.length = 0;

  await notebook.run(SET_UP);
  await expect(notebook.badge).toHaveAttribute('data-status', 'live');
  await expect(notebook.badge).toHaveAttribute('data-backend', 'inline');
  await expect(notebook.badge).toHaveText('inline');

  await notebook.run('%matplotlib widget');
  await expect(notebook.badge).toHaveAttribute('data-backend', 'widget');
  await expect(notebook.badge).toHaveAccessibleName(/Backend widget/);
  expect(notebook.requests).toEqual([]);
});

/** How long the page is watched: a request each half minute would be polling. */
const IDLE_SECONDS = process.env.CI ? 35 : 90;

test(`the page sends no request in ${IDLE_SECONDS} idle seconds`, async ({
  notebook,
  page
}) => {
  await notebook.run(SET_UP);
  await expect(notebook.badge).toHaveAttribute('data-status', 'live');
  notebook.requests.length = 0;
  // What is measured is the time itself.
  await page.evaluate(
    milliseconds =>
      new Promise(resolve => window.setTimeout(resolve, milliseconds)),
    IDLE_SECONDS * 1000
  );
  expect(notebook.requests).toEqual([]);
});

test('the badge is reached and pressed with the keyboard', async ({
  notebook,
  page
}) => {
  await notebook.run(SET_UP);
  await expect(notebook.badge).toHaveAttribute('data-status', 'live');
  notebook.requests.length = 0;

  // The toolbar is one stop of the Tab key; arrows move inside it.
  const toolbar = page.locator('.jp-NotebookPanel-toolbar:visible');
  await toolbar.locator('jp-button').first().focus();
  const items = await toolbar.locator('.jp-Toolbar-item').count();
  for (let step = 0; step < items; step++) {
    await page.keyboard.press('ArrowRight');
    if (
      await notebook.badge.evaluate(node => node === document.activeElement)
    ) {
      break;
    }
  }
  await expect(notebook.badge).toBeFocused();
  await page.keyboard.press('Enter');
  await expect.poll(() => notebook.requests).toHaveLength(1);
  await expect(notebook.badge).not.toHaveAttribute('aria-busy', 'true');
  await expect(notebook.badge).toBeFocused();
  await page.keyboard.press('Space');
  await expect.poll(() => notebook.requests).toHaveLength(2);
});

test('a click shows the outcome in a sentence', async ({ notebook, page }) => {
  await notebook.run(SET_UP);
  await expect(notebook.badge).toHaveAttribute('data-status', 'live');
  await notebook.badge.click();
  await expect
    .poll(async () => (await page.notifications).map(({ message }) => message))
    .toEqual([expect.stringMatching(/\.$/)]);
});

test('what was not restored is named, with the reason', async ({
  notebook,
  page
}) => {
  await notebook.run(
    `${SET_UP}
import matplotlib.patheffects as pe
plt.rcParams['path.effects'] = [pe.withStroke(linewidth=3)]`
  );
  await expect(notebook.badge).toHaveAttribute('data-status', 'live');
  expect(await notebook.restartElsewhere()).toBe(true);
  await expect(notebook.badge).toHaveAttribute('data-status', 'partial');
  await expect(notebook.badge).toHaveAccessibleName(
    /Missing: .*path\.effects.* \(.+\)/
  );
  await expect
    .poll(async () => (await page.notifications).map(({ message }) => message))
    .toEqual([expect.stringContaining('1 thing')]);
});

test('an error between page and server shows in the badge', async ({
  notebook,
  page
}) => {
  const letThrough = await intercept(page, '**/mpl-guard/**', route =>
    route.fulfill({ status: 404, contentType: 'text/html', body: '<html/>' })
  );
  await notebook.badge.click();
  await expect(notebook.badge).toHaveAttribute('data-status', 'error');
  await expect(notebook.badge).toHaveAccessibleName(
    /pip install jupyter-mpl-guard/
  );
  await letThrough();
  // The browser itself writes each failed request into the console.
  const others = notebook.problems.filter(
    problem => !problem.startsWith('Failed to load resource')
  );
  expect(others).toEqual([]);
  notebook.problems.length = 0;
});

test('pausing in the Kernel menu, and switching on again with a click', async ({
  notebook,
  page
}) => {
  await notebook.run(SET_UP);
  await expect(notebook.badge).toHaveAttribute('data-status', 'live');
  await page.menu.clickMenuItem('Kernel>Keep Plots over Restarts');
  await expect(notebook.badge).toHaveAttribute('data-status', 'paused');
  await expect(notebook.badge).toHaveText('paused');
  await notebook.badge.click();
  await notebook.agree();
  await expect(notebook.badge).toHaveAttribute('data-status', 'live');
});

test('forgetting is asked about, and then done', async ({ notebook, page }) => {
  await notebook.run(SET_UP);
  await expect(notebook.badge).toHaveAttribute('data-status', 'live');
  const id = await notebook.kernelId();
  notebook.requests.length = 0;
  await page.menu.clickMenuItem('Kernel>Forget Saved Plots…');
  await notebook.agree();
  await expect
    .poll(() => notebook.requests)
    .toEqual([
      `DELETE /mpl-guard/kernels/${id}`,
      `GET /mpl-guard/kernels/${id}`
    ]);
});

test('a kernel that is not Python has no badge', async ({
  notebook,
  page,
  baseURL
}) => {
  await page.notebook.createNew(undefined, { kernel: 'bash' });
  const bash = new GuardedNotebook(page, baseURL!);
  // A notebook that has just been made may lose the output of its first cell while its connection is being made.
  await expect(async () => {
    expect(await bash.run('echo $((6 * 7))')).toBe('42');
  }).toPass({ timeout: 60_000 });
  await expect(bash.badge).toBeHidden();
  await expect(bash.badge).toHaveAttribute('data-status', 'unsupported');
  const toolbarItem = page.locator('.jp-NotebookPanel:visible .jp-MplGuard');
  expect(await toolbarItem.boundingBox()).toBeNull();
  expect(notebook.problems).toEqual([]);
});
