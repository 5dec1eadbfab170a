/**
 * The panel with the figures of a notebook.
 */
import { createRequire } from 'node:module';

import type { Page } from '@playwright/test';

import { ShownCanvas } from '../support/canvas';
import { PlotsPanel } from '../support/panel';
import { LIGHT_AND_DARK } from '../support/pictures';
import { expect, test } from '../support/labTest';

const axePath = createRequire(__filename).resolve('axe-core/axe.min.js');

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

/** What axe-core finds that is serious, in the panel and the badge. */
async function seriousProblems(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axePath });
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: {
        run(
          where: object
        ): Promise<{
          violations: { id: string; impact: string; nodes: { html: string }[] }[];
        }>;
      };
    };
    const { violations } = await axe.run({
      include: [['#mpl-guard-plots'], ['.jp-MplGuard-badge']]
    });
    return violations
      .filter(({ impact }) => ['serious', 'critical'].includes(impact))
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}

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

  // With keys alone: to the last card, and from there to its cell.
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
  for (const [name, theme] of Object.entries(LIGHT_AND_DARK)) {
    await page.theme.setTheme(theme);
    await info.attach(name, {
      body: await page.screenshot(),
      contentType: 'image/png'
    });
    expect(await seriousProblems(page), name).toEqual([]);
  }

  await panel.cards.nth(1).click();
  await panel.button('restore-figure').click();
  await expect(panel.cards.nth(1)).toHaveAttribute(
    'data-state',
    /live|saved|unsaved/
  );
  await expect(panel.node.locator('[data-state="offered"]')).toHaveCount(2);
  expect(await notebook.value('"hist" in globals(), "fig" in globals()')).toBe(
    '(True, False)'
  );
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
