/**
 * The panel when there is nothing to show or to wait for, and what its menu has for a figure.
 */
import type { NotebookPanel } from '@jupyterlab/notebook';

import { seriousProblems } from '../support/axe';
import { intercept } from '../support/intercept';
import { GuardedNotebook } from '../support/notebook';
import { PlotsPanel } from '../support/panel';
import { THEMES } from '../support/pictures';
import { expect, test } from '../support/labTest';

/** Two figures that stay open. */
const OPEN = `import matplotlib.pyplot as plt
plt.switch_backend('agg')
fig, ax = plt.subplots()
other = plt.figure()`;

/** Two figures: one that no other process can load, and one that this process draws for an hour once it is told to. */
const FRAGILE = `import os, time, matplotlib.pyplot as plt
plt.switch_backend('agg')
slow = 0
class Gone:
    def __reduce__(self):
        return open, ('/gone',)
class Slow(plt.Line2D):
    def draw(self, renderer):
        time.sleep(3600 if slow == os.getpid() else 0)
first, ax = plt.subplots()
ax.add_line(Slow([0, 1], [0, 1]))
second = plt.figure()
second.gone = Gone()`;

test('the panel says why it is empty, from no notebook to the first figure', async ({
  notebook,
  page,
  baseURL
}, info) => {
  const panel = new PlotsPanel(page);
  const empty = panel.node.locator('.jp-MplGuard-empty');
  await panel.toggle();
  await expect(empty).toContainText('No figures yet');

  // The server takes its time to answer for a kernel that the page has not heard of.
  let answer = () => {};
  const held = new Promise<void>(resolve => (answer = resolve));
  const letThrough = await intercept(page, '**/mpl-guard/kernels/*', async route => {
    await held;
    await route.continue();
  });
  const folder = (await notebook.path()).replace(/[^/]*$/, '');
  await notebook.open(await notebook.create(`${folder}second.ipynb`));
  await expect(empty).toContainText('Looking for figures…');
  await page.screenshot({ path: info.outputPath('loading.png') });
  expect(await seriousProblems(page, '#mpl-guard-plots')).toEqual([]);
  answer();
  await expect(empty).toContainText('No figures yet');
  await letThrough();

  await page.evaluate(() =>
    window.jupyterapp.commands.execute('notebook:shutdown-kernel')
  );
  await expect(empty).toContainText('This notebook has no kernel');

  await page.notebook.createNew(undefined, { kernel: 'bash' });
  const bash = new GuardedNotebook(page, baseURL!);
  await expect(bash.badge).toHaveAttribute('data-status', 'unsupported');
  await expect(empty).toContainText('Not a Python kernel');

  await page.evaluate(() =>
    window.jupyterapp.commands.execute('application:close-all')
  );
  const dialog = page.locator('.jp-Dialog');
  await expect(async () => {
    // A document that has changed is asked about.
    if (await dialog.isVisible()) {
      await dialog.getByRole('button', { name: /Discard/ }).click();
    }
    await expect(empty).toContainText('No notebook is open', { timeout: 1000 });
  }).toPass();
  for (const [name, theme] of Object.entries(THEMES)) {
    await page.theme.setTheme(theme);
    await page.screenshot({ path: info.outputPath(`nothing-${name}.png`) });
    expect(await seriousProblems(page, '#mpl-guard-plots'), name).toEqual([]);
  }
});

test('a kernel that dies while a figure is saved takes no other along, and what cannot come back is lost', async ({
  notebook,
  page
}, info) => {
  const panel = new PlotsPanel(page);
  await notebook.run(FRAGILE);
  await panel.open(2);
  await expect(panel.thumbnails).toHaveCount(2);
  const pid = await notebook.pid();
  await notebook.run(`slow = ${pid}`, 1);
  const saved = page.waitForEvent('download');
  await panel.button('save-figure').click();
  await notebook.agree();
  await page.waitForFunction(() => {
    const { sessionContext } = window.jupyterapp.shell
      .currentWidget as NotebookPanel;
    return sessionContext.session?.kernel?.status === 'busy';
  });
  process.kill(pid, 'SIGKILL');
  await notebook.agree(); // the page says that the kernel has died
  // What was drawn of it before is better than nothing.
  expect((await saved).suggestedFilename()).toMatch(/figure-1-first\.png$/);
  // The browser itself writes each failed request into the console.
  for (const problem of notebook.problems.splice(0)) {
    expect(problem).toMatch(/^Failed to load resource/);
  }

  const lost = panel.node.locator('[data-state="lost"]');
  await expect(lost).toContainText('Figure 2');
  await expect(lost.locator('.jp-MplGuard-why')).toContainText('/gone');
  await expect(panel.cards.first()).toHaveAttribute('data-state', /live|saved/);
  await lost.click();
  await expect(panel.button('dismiss-figure')).toBeVisible();
  for (const [name, theme] of Object.entries(THEMES)) {
    await page.theme.setTheme(theme);
    await page.screenshot({ path: info.outputPath(`lost-${name}.png`) });
    expect(await seriousProblems(page, '#mpl-guard-plots'), name).toEqual([]);
  }
  await panel.button('dismiss-figure').click();
  await notebook.agree();
  await expect(panel.cards).toHaveCount(1);
});

test('all figures are restored with one click, and one is closed by its menu', async ({
  notebook,
  page
}, info) => {
  const panel = new PlotsPanel(page);
  await notebook.run(OPEN);
  await panel.open(2);
  expect(await notebook.restartElsewhere()).toBe(true);
  const offered = panel.node.locator('[data-state="offered"]');
  await expect(offered).toHaveCount(2);

  // One that waits is drawn for a file, and still waits.
  await expect(async () => {
    const saved = page.waitForEvent('download');
    await panel.button('save-figure').click();
    const form = page.locator('.jp-Dialog');
    await form.locator('select').selectOption('svg');
    await form.locator('.jp-mod-accept').click();
    // The kernel may need seconds for the first file of a kind, and a picture is saved in its place then.
    expect((await saved).suggestedFilename()).toMatch(/\.svg$/);
  }).toPass();
  await expect(offered).toHaveCount(2);
  expect(await notebook.value("'fig' in dir(), plt.get_fignums()")).toBe(
    '(False, [])'
  );

  await panel.button('restore-figures').click();
  await expect(offered).toHaveCount(0);
  await expect(panel.button('restore-figures')).toHaveCount(0);
  expect(await notebook.value('fig.number, other.number')).toBe('(1, 2)');

  // The menu is for the figure below the pointer, not for the one that was selected.
  await panel.cards.first().click();
  await panel.cards.last().click({ button: 'right' });
  await expect(panel.cards.last()).toHaveAttribute('aria-selected', 'true');
  const items = page.locator(
    '.lm-Menu-item[data-command^="mpl-guard:"]:not(.lm-mod-hidden)'
  );
  await expect(items.locator('.lm-Menu-itemLabel')).toHaveText([
    'Go to Cell',
    'Open in a Tab',
    'Copy Image',
    'Save Figure As…',
    'Close Figure…'
  ]);
  await page.screenshot({ path: info.outputPath('menu.png') });
  await items.last().click();
  await notebook.agree();
  await expect.poll(() => notebook.value('plt.get_fignums()')).toBe('[1]');

  // With keys alone: the key for menus opens it at the selected figure.
  await panel.cards.first().focus();
  await page.keyboard.press('Shift+F10');
  await expect(items).toHaveCount(5);
  await page.keyboard.press('Escape');
  await expect(items).toHaveCount(0);
  await expect(panel.cards.first()).toBeFocused();
  // A dialog that was opened by the menu gives it back too.
  await page.keyboard.press('Shift+F10');
  await expect(items).toHaveCount(5);
  await items.last().click();
  await expect(page.locator('.jp-Dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('.jp-Dialog')).toHaveCount(0);
  await expect(panel.cards.first()).toBeFocused();
});
