/**
 * What has to work in every application: a canvas, a crash, and the same canvas alive in its place.
 */
import { expect } from '@playwright/test';

import { ShownCanvas } from './canvas';
import type { GuardedNotebook } from './notebook';

/** A cell that plots a thick blue line on a canvas. */
export const PLOT = `%matplotlib widget
import matplotlib.pyplot as plt
fig, ax = plt.subplots(figsize=(5, 3))
line, = ax.plot([1, 4, 2], linewidth=12, color='blue')
ax.set_xlim(0, 2);`;

/** Plot, crash, and check that the canvas is alive where it was and the document as it was. */
export async function plotCrashAndGoOn(
  notebook: GuardedNotebook
): Promise<void> {
  await notebook.run(PLOT);
  const canvas = new ShownCanvas(notebook.page, notebook.outputs(0));
  await canvas.expectColour('blue');
  const saved = await notebook.save();

  await notebook.crash();
  await canvas.expectColour('blue');
  await expect(notebook.outputs(0)).toHaveCount(1);
  await expect(notebook.deadPlot()).toHaveCount(0);
  await expect(notebook.staleMark()).toHaveCount(0);
  expect((await notebook.document()).dirty).toBe(false);
  expect(await notebook.save()).toBe(saved);

  // It is alive: cells draw in it, the mouse moves its axes, and nothing is shown twice.
  expect(await notebook.run("line.set_color('red')", 2)).toBe('');
  await canvas.expectColour('red');
  await canvas.press('Pan');
  await canvas.drag(100, 0);
  await expect
    .poll(async () =>
      Number(await notebook.run('print(ax.get_xlim()[0])', 3))
    )
    .toBeLessThan(-0.2);
  await canvas.press('Home');
  await expect
    .poll(async () => notebook.run('print(*ax.get_xlim())', 3))
    .toBe('0.0 2.0');
  await expect(notebook.outputs(2)).toHaveCount(0);
}
