/**
 * Pictures of canvases: before a crash, after it, and after a restart.
 */
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { ShownCanvas } from '../../support/canvas';
import type { GuardedNotebook } from '../../support/notebook';
import { LIGHT_AND_DARK, take } from '../../support/pictures';
import { expect, test } from '../../support/labTest';

const PLOT = `%matplotlib widget
import numpy as np, matplotlib.pyplot as plt
fig, ax = plt.subplots(figsize=(6, 2.8))
x = np.linspace(0, 12, 400)
line, = ax.plot(x, np.sin(x) * np.exp(-x / 8), color='tab:blue', linewidth=3)
ax.annotate('half annotated', (1.4, .84), (4, .8), arrowprops={'arrowstyle': '->'});`;

/** Plot on a canvas and zoom in with the mouse. */
async function plotAndZoom(
  notebook: GuardedNotebook,
  page: IJupyterLabPageFixture
): Promise<ShownCanvas> {
  await notebook.run(PLOT);
  const canvas = new ShownCanvas(page, notebook.outputs(0));
  await expect(canvas.picture).toBeVisible();
  await canvas.press('Zoom');
  await canvas.drag(-180, -100);
  await expect
    .poll(async () => Number(await notebook.value('float(ax.get_xlim()[1])')))
    .toBeLessThan(8);
  return canvas;
}

for (const [name, theme] of Object.entries(LIGHT_AND_DARK)) {
  test(`picture of a canvas before and after a crash, ${name}`, async ({
    notebook,
    page
  }, info) => {
    await page.theme.setTheme(theme);
    await page.sidebar.close('left');
    const canvas = await plotAndZoom(notebook, page);
    await take(page, info, `canvas-before-${name}`, 660);
    await notebook.run('pass', 1); // the zoom is saved before it starts
    await notebook.crash();
    await notebook.run("line.set_color('tab:green')  # after the crash", 1);
    await canvas.press('Zoom');
    await take(page, info, `canvas-after-${name}`, 660);
  });
}

for (const [name, theme] of Object.entries(LIGHT_AND_DARK)) {
  test(`picture of a canvas after a restart, ${name}`, async ({
    notebook,
    page
  }, info) => {
    await page.theme.setTheme(theme);
    await page.sidebar.close('left');
    await plotAndZoom(notebook, page);
    expect(await notebook.restartElsewhere()).toBe(true);
    await expect(notebook.deadPlot()).toBeVisible();
    await take(page, info, `dead-${name}`, 660);
  });
}
