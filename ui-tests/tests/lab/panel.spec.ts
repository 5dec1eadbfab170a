/**
 * The panel with the figures of a notebook.
 */
import { seriousProblems } from '../support/axe';
import { ShownCanvas } from '../support/canvas';
import { intercept } from '../support/intercept';
import type { GuardedNotebook } from '../support/notebook';
import { PlotsPanel } from '../support/panel';
import { THEMES } from '../support/pictures';
import { expectPixels } from '../support/pixels';
import { clipboard, save, saveOne, sizeOfPng } from '../support/saving';
import { expect, test } from '../support/labTest';

/** Cells that draw figures, the second one two of them. */
const CELLS = [
  `%matplotlib inline
import matplotlib.pyplot as plt
plt.rcParams['axes.grid'] = True`,
  `fig, ax = plt.subplots(figsize=(6, 3.6))
line, = ax.plot([1, 4, 2], color='blue', linewidth=6)
hist, axs = plt.subplots(1, 2, figsize=(6, 3), num='residuals')`,
  `other = plt.figure(figsize=(4, 3))
other.add_subplot().plot([3, 1, 2])`
];

/** The parts of the page that are checked for accessibility. */
const PARTS = ['#mpl-guard-plots', '.jp-MplGuard-badge'];

test('figures are listed in the order of their cells, reached by keys, and restored one by one', async ({
  notebook,
  page
}, info) => {
  const panel = new PlotsPanel(page);
  await panel.toggle();
  await expect(panel.node).toContainText('No figures yet');
  await panel.toggle();
  await expect(panel.node).toBeHidden();

  await notebook.fill(CELLS);
  await notebook.runAll();
  await expect(notebook.badge).toHaveAttribute('data-figures', '3');
  notebook.requests.length = 0;
  await panel.open(3);
  await expect(panel.cards.locator('.jp-MplGuard-cardTitle')).toHaveText([
    'fig, ax, line',
    'hist, axs',
    'other'
  ]);
  // The page has the pictures of all, also of two that one cell has drawn.
  await expect(panel.thumbnails).toHaveCount(3);
  expect(notebook.requests).toEqual([]);

  // With keys alone: to the sections, which are scrolled to,
  const settings = panel.node.locator('[data-section="settings"]');
  await expect(panel.cards.first()).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(settings.locator('h3 button')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(settings.locator('button').last()).toBeInViewport();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Shift+Tab');
  // to the last card, and from there to its cell.
  await expect(panel.cards.first()).toBeFocused();
  await page.keyboard.press('End');
  await expect(panel.cards.nth(2)).toBeFocused();
  await expect(panel.cards.nth(2)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(
    page.locator('.jp-Cell.jp-MplGuard-mod-found.jp-mod-active')
  ).toContainText('other = plt.figure');

  expect(await notebook.restartElsewhere()).toBe(true);
  await expect(notebook.badge).toHaveAttribute('data-status', 'offered');
  await expect(panel.node.locator('[data-state="offered"]')).toHaveCount(3);
  for (const [name, theme] of Object.entries(THEMES)) {
    await page.theme.setTheme(theme);
    await info.attach(name, {
      body: await page.screenshot(),
      contentType: 'image/png'
    });
    expect(await seriousProblems(page, ...PARTS), name).toEqual([]);
    // Six buttons are in one row, with the slider where there is more than one size.
    const tools = panel.node.locator('.jp-MplGuard-tools');
    await expect(tools.getByRole('button')).toHaveCount(6);
    for (const [width, sliders] of [[250, 1], [200, 0]]) {
      // JupyterLab does not go below 250 pixels, but other applications do.
      await panel.node.evaluate((node, width) => {
        node.style.minWidth = node.style.maxWidth = `${width}px`;
      }, width);
      await expect(tools.getByRole('slider')).toHaveCount(sliders);
      expect((await tools.boundingBox())!.height).toBeLessThan(40);
      await page.screenshot({ path: info.outputPath(`${name}-${width}.png`) });
    }
    await panel.node.evaluate(({ style }) => {
      style.minWidth = style.maxWidth = '';
    });
  }

  await panel.cards.nth(1).click();
  await panel.button('restore-figure').click();
  await expect(panel.cards.nth(1)).toHaveAttribute(
    'data-state',
    /live|saved|unsaved/
  );
  await expect(panel.node.locator('[data-state="offered"]')).toHaveCount(2);
  // Its button has gone with the offer, and the keyboard goes on from the card.
  await expect(panel.cards.nth(1)).toBeFocused();
  expect(await notebook.value('"hist" in globals(), "fig" in globals()')).toBe(
    '(True, False)'
  );
});

/** Use settings and problems: the backend, code, and a remedy. */
async function useSettings(
  panel: PlotsPanel,
  notebook: GuardedNotebook
): Promise<void> {
  const { page } = panel;
  const settings = await panel.section('settings');
  await expect(settings).toContainText('A cell has chosen it.');
  await expect(settings).toContainText('axes.gridTruedefault: False');
  await settings.getByRole('button', { name: 'Copy as code' }).click();
  await expect.poll(() => clipboard(page)).toContain('"axes.grid": True');
  await settings.getByRole('button', { name: 'Insert as a cell' }).click();
  await expect(
    page.locator('.jp-Cell.jp-MplGuard-mod-found.jp-mod-active')
  ).toContainText('"axes.grid": True');

  await settings.locator('select').selectOption('agg');
  await expect(notebook.badge).toHaveAttribute('data-backend', 'agg');
  const problems = await panel.section('problems');
  await problems.getByRole('button').last().click();
  const problem = problems.locator('[data-status="problem"]');
  await expect(problem).toContainText('shows nothing');
  await expect(problem).toContainText('%matplotlib inline');
  await notebook.run('%matplotlib inline', 4);
  await problems.getByRole('button', { name: 'Look again' }).click();
  await expect(problems).toContainText('No problems were found.');
}

/** Use what can be lost, and what goes wrong: nothing of it without a question, or a way back. */
async function useActions(
  panel: PlotsPanel,
  notebook: GuardedNotebook
): Promise<void> {
  const { page } = panel;
  const head = panel.node.locator('.jp-MplGuard-head');
  await panel.button('toggle').press('Enter');
  await expect(head).toHaveAttribute('data-status', 'paused');
  await expect(panel.button('toggle')).toBeFocused();
  await page.screenshot({ path: test.info().outputPath('paused.png') });
  await head.getByRole('button', { name: 'Switch on' }).press('Enter');
  await expect(head).not.toHaveAttribute('data-status', 'paused');
  await expect(panel.button('toggle')).toBeFocused();

  const letThrough = await intercept(page, '**/mpl-guard/**', route =>
    route.abort()
  );
  // What the kernel publishes meanwhile takes the error away again.
  await expect(async () => {
    await panel.button('reinit').first().click();
    await expect(head).toContainText(/does not answer|cannot be reached/, {
      timeout: 3000
    });
  }).toPass();
  await page.screenshot({ path: test.info().outputPath('error.png') });
  await letThrough();
  await panel.button('reinit').first().click();
  await expect(head).toHaveAttribute('data-status', /live|restored/);
  // The browser itself writes each failed request into the console.
  for (const problem of notebook.problems.splice(0)) {
    expect(problem).toMatch(/^Failed to load resource/);
  }

  // Those that only names lead to are not open: there is nothing to close.
  await panel.cards.last().click();
  await expect(panel.button('save-figure')).toBeVisible();
  await expect(panel.button('close-figure')).toHaveCount(0);
}

test('figures are copied, saved and opened; settings are taken along and problems found', async ({
  notebook,
  page
}, info) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const panel = new PlotsPanel(page);
  await notebook.fill(CELLS);
  await notebook.runAll();
  await panel.open(3);
  await expect(panel.thumbnails).toHaveCount(3);

  // The kernel may need seconds for the first file of a kind, and a picture is saved in its place then.
  await notebook.value("__import__('matplotlib.backends.backend_pdf')");
  await panel.button('copy-figure').click();
  await expect.poll(() => clipboard(page)).toEqual([600, 360]);
  await saveOne(panel);
  const files = await save(panel, 'save-all-figures', { dpi: 40 }, 3);
  expect(new Set(files.map(({ name }) => name)).size).toBe(3);
  const sizes = files.map(({ content }) => sizeOfPng(page, content));
  expect(await Promise.all(sizes)).toEqual([
    [240, 144, false],
    [240, 120, false],
    [160, 120, false]
  ]);

  // The picture in a tab follows each redraw.
  await panel.button('open-figure').click();
  const view = page.locator('.jp-MplGuard-figure img');
  await expectPixels(view, 'blue');
  await page.evaluate(() =>
    window.jupyterapp.commands.execute('application:close')
  );
  await expect(view).toHaveCount(0);

  const size = async () => (await panel.thumbnails.first().boundingBox())!;
  await panel.widen(440);
  const { width } = await size();
  await panel.node.locator('input[type=range]').focus();
  await page.keyboard.press('End');
  await expect.poll(async () => (await size()).width).toBeGreaterThan(width);
  await panel.cards.first().hover();
  await page.keyboard.down('Control');
  for (let turn = 0; turn < 12; turn++) {
    await page.mouse.wheel(0, 100);
  }
  await page.keyboard.up('Control');
  await expect.poll(async () => (await size()).width).toBeLessThan(width);
  // However small, a card has room for its number and its names.
  const cutOff = await panel.cards
    .first()
    .locator('.jp-MplGuard-cardTitle, .jp-MplGuard-cardLine > :first-child')
    .evaluateAll(nodes =>
      nodes.map(
        ({ clientHeight, clientWidth, scrollHeight, scrollWidth }) =>
          scrollWidth > clientWidth || scrollHeight > clientHeight
      )
    );
  expect(cutOff).toEqual([false, false]);
  await page.screenshot({ path: info.outputPath('small.png') });

  await panel.widen(300); // the toolbar of the notebook has room for the badge again
  await useSettings(panel, notebook);
  await panel.widen(200);
  for (const [name, theme] of Object.entries(THEMES)) {
    await page.theme.setTheme(theme);
    await page.screenshot({ path: info.outputPath(`narrow-${name}.png`) });
    expect(await seriousProblems(page, ...PARTS), name).toEqual([]);
  }
  await useActions(panel, notebook);

  // What is offered can be dismissed, one by one and all together.
  expect(await notebook.restartElsewhere()).toBe(true);
  const offered = panel.node.locator('[data-state="offered"]');
  await expect(offered).toHaveCount(3);
  await offered.first().click({ button: 'right' });
  await page
    .locator('.lm-Menu-item[data-command="mpl-guard:dismiss-figure"]')
    .click();
  await notebook.agree();
  await expect(offered).toHaveCount(2);
  await expect(offered.first()).toBeFocused();
  await panel.button('dismiss-figure').click();
  await notebook.agree();
  await expect(offered).toHaveCount(1);
  await panel.button('dismiss-figures').click();
  await notebook.agree();
  await expect(panel.node).toContainText('No figures yet');
  await expect(panel.node.locator('.jp-MplGuard-empty')).toBeFocused();
});

test('a double click opens a living canvas in a tab', async ({
  notebook,
  page
}, info) => {
  const panel = new PlotsPanel(page);
  await notebook.run(`%matplotlib widget
import matplotlib.pyplot as plt
fig, ax = plt.subplots(figsize=(4, 3))
line, = ax.plot([1, 4, 2], color='blue', linewidth=12)`);
  await expect(notebook.canvas()).toBeVisible();
  await panel.open(1);
  await expect(panel.thumbnails).toHaveCount(1);
  await panel.cards.dblclick();
  // One more view of the same canvas.
  const view = new ShownCanvas(page, page.locator('.jp-MplGuard-figure'));
  await view.expectColour('blue');
  await info.attach('tab', {
    body: await page.screenshot(),
    contentType: 'image/png'
  });
});
