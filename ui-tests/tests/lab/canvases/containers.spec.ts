import type { Locator } from '@playwright/test';

import type { GuardedNotebook } from '../../support/notebook';
import { expectAlive, expectUntouched, plot, remember } from '../../support/plots';
import { expect, test } from '../../support/labTest';

test('canvases are alive in boxes of widgets', async ({ notebook }, info) => {
  await notebook.run(`${plot(2)}
import ipywidgets as widgets
one, other = (plt.figure(number).canvas for number in plt.get_fignums())
widgets.VBox([widgets.HBox([widgets.IntSlider(), one]), other])`);
  const box = notebook.outputs(0).locator('> .widget-vbox');
  await expectAfterCrash(notebook, box);
  await expect(box.locator('.widget-slider')).toBeVisible();
  await box.screenshot({ path: info.outputPath('box.png') });
});

test('canvases are alive in widgets that show outputs', async ({
  notebook
}) => {
  await notebook.run(`import ipywidgets as widgets
_shown = widgets.Output()
widgets.VBox([widgets.IntSlider(), _shown])`);
  await notebook.run(
    `${plot(2)}
with _shown:
    display(*(plt.figure(number).canvas for number in plt.get_fignums()))`,
    1
  );
  await expectAfterCrash(notebook, notebook.outputs(0).first());
});

/** Kill the kernel: two canvases live again in a widget, and the document is as before. */
async function expectAfterCrash(
  notebook: GuardedNotebook,
  widget: Locator
): Promise<void> {
  const views = widget.locator('.jupyter-matplotlib');
  await expect(views).toHaveCount(2);
  const pid = await notebook.pid();
  const memory = await remember(notebook);
  process.kill(pid, 'SIGKILL');
  await notebook.agree();
  await expect(notebook.badge).toHaveAttribute('data-status', 'restored');
  await expectUntouched(notebook, memory);
  const canvases = [0, 1].map(at => views.nth(at).locator('canvas').first());
  await expectAlive(notebook, canvases);
  await expect(views).toHaveCount(2);
}
