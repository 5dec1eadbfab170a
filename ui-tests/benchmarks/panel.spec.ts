/**
 * How soon the panel shows many figures, what it asks of the server for that, and whether it scrolls smoothly.
 */
import { writeFileSync } from 'node:fs';

import { PlotsPanel } from '../tests/support/panel';
import { expect, test } from '../tests/support/labTest';

/** Where the figures go, as JSON. */
const RESULTS = process.env.MPL_GUARD_RESULTS ?? 'panel.json';

/** How often each is measured. */
const TIMES = Number(process.env.MPL_GUARD_TIMES ?? 3);

/** How many figures there are. */
const COUNTS = [20, 200];

/** Figures that no output shows, so that each picture has to come from the server. */
const figures = (count: number) => `%matplotlib inline
import matplotlib.pyplot as plt
for index in range(${count}):
    globals()[f'fig{index}'], ax = plt.subplots(figsize=(2, 1.5))
    ax.plot([1, 4, 2, index])
    plt.close()
del ax`;

/** What one opening of the panel takes. */
interface IOutcome {
  /** Until all cards are drawn, in milliseconds. */
  shown: number;
  /** The longest task of the page meanwhile, in milliseconds; 0 when none took 50. */
  opening: number;
  /** How many pictures were asked for before anybody has scrolled. */
  asked: number;
  /** The longest task of the page while the list is scrolled to its end, in milliseconds; 0 when none took 50. */
  longest: number;
  /** By how many megabytes the memory of the page has grown, pictures apart. */
  memory: number;
}

test('how soon the panel shows many figures', async ({ notebook, page }) => {
  const results: Record<string, IOutcome[]> = {};
  const panel = new PlotsPanel(page);
  for (const count of COUNTS) {
    results[`${count}`] = [];
    await notebook.run(figures(count));
    await expect(notebook.badge).toHaveAttribute(
      'data-figures',
      String(count)
    );
    for (let time = 0; time < TIMES; time += 1) {
      notebook.requests.length = 0;
      const opened = await page.evaluate(async count => {
        const heap = () =>
          (performance as { memory?: { usedJSHeapSize: number } }).memory
            ?.usedJSHeapSize ?? 0;
        let opening = 0;
        const observer = new PerformanceObserver(list => {
          for (const { duration } of list.getEntries()) {
            opening = Math.max(opening, duration);
          }
        });
        observer.observe({ type: 'longtask' });
        const before = heap();
        const begun = performance.now();
        const { commands } = window.jupyterapp;
        await commands.execute('mpl-guard:show-plots');
        const cards = () =>
          document.querySelectorAll('#mpl-guard-plots .jp-MplGuard-card');
        while (cards().length < count) {
          await new Promise(resolve => requestAnimationFrame(resolve));
        }
        const shown = performance.now() - begun;
        const memory = (heap() - before) / 1e6;
        // Two more frames: a task is reported after it has ended.
        for (let frame = 0; frame < 2; frame += 1) {
          await new Promise(resolve => requestAnimationFrame(resolve));
        }
        observer.disconnect();
        return { shown, opening, memory };
      }, count);
      await expect(panel.thumbnails.first()).toBeVisible();
      const asked = notebook.requests.filter(each =>
        each.includes('/figures/')
      ).length;
      const longest = await page.evaluate(async () => {
        let longest = 0;
        const observer = new PerformanceObserver(list => {
          for (const { duration } of list.getEntries()) {
            longest = Math.max(longest, duration);
          }
        });
        observer.observe({ type: 'longtask' });
        const node = document.querySelector('#mpl-guard-plots')!;
        while (node.scrollTop + node.clientHeight < node.scrollHeight - 1) {
          node.scrollTop += 120;
          await new Promise(resolve => requestAnimationFrame(resolve));
        }
        observer.disconnect();
        return longest;
      });
      results[`${count}`].push({ ...opened, asked, longest });
      await panel.toggle();
      await expect(panel.node).toBeHidden();
    }
  }
  writeFileSync(RESULTS, JSON.stringify(results, null, 1));
});
