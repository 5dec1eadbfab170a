/**
 * Code consoles: badge, panel, hints and canvases, as in notebooks.
 */
import type { Locator, Page } from '@playwright/test';

import { ShownCanvas } from '../support/canvas';
import { PlotsPanel } from '../support/panel';
import { expect, test } from '../support/labTest';

/** The current console of a page. */
class ShownConsole {
  constructor(readonly page: Page) {}

  get node(): Locator {
    return this.page.locator('.jp-ConsolePanel');
  }

  get badge(): Locator {
    return this.node.locator('.jp-MplGuard-badge');
  }

  get hint(): Locator {
    return this.node.locator('.jp-MplGuard-hint');
  }

  /** The outputs of all cells. */
  get outputs(): Locator {
    return this.node.locator('.jp-CodeConsole-content .jp-OutputArea-output');
  }

  /** Run code as it would be typed. */
  async run(code: string): Promise<void> {
    await this.page.evaluate(async code => {
      const { commands, shell } = window.jupyterapp;
      const { console: current } = shell.currentWidget as unknown as {
        console: {
          promptCell: { model: { sharedModel: { setSource(s: string): void } } };
        };
      };
      current.promptCell.model.sharedModel.setSource(code);
      await commands.execute('console:run-forced');
    }, code);
  }

  /** The id of its kernel. */
  kernelId(): Promise<string> {
    return this.page.evaluate(() => {
      const { sessionContext } = window.jupyterapp.shell
        .currentWidget as unknown as {
        sessionContext: { session: { kernel: { id: string } } };
      };
      return sessionContext.session.kernel.id;
    });
  }
}

test('a console has a badge, the panel follows it, its canvases come back, and its errors get hints', async ({
  notebook,
  page,
  baseURL
}, info) => {
  await page.evaluate(async () => {
    const { commands } = window.jupyterapp;
    await commands.execute('console:create', {
      kernelPreference: { name: 'python3' },
      activate: true
    });
  });
  const code = new ShownConsole(page);
  await expect(code.badge).toHaveAttribute('data-status', 'absent');
  await code.run(`%matplotlib widget
import matplotlib.pyplot as plt
fig, ax = plt.subplots(figsize=(4, 2))
line, = ax.plot([1, 4, 2], linewidth=12, color='blue')`);
  await expect(code.badge).toHaveText('widget · 1');
  const canvas = new ShownCanvas(page, code.outputs);
  await canvas.expectColour('blue');
  const panel = new PlotsPanel(page);
  await panel.open(1);
  await expect(panel.thumbnails).toHaveCount(1);
  await info.attach('console', {
    body: await page.screenshot(),
    contentType: 'image/png'
  });

  const url = `${baseURL}/api/kernels/${await code.kernelId()}/restart`;
  expect((await page.request.post(url)).ok()).toBe(true);
  await expect(code.badge).toHaveAttribute('data-status', 'offered');
  await expect(code.node.locator('.jp-MplGuard-dead')).toBeVisible();
  await code.run("ax.set_title('back')");
  await expect(code.hint).toHaveText(
    /^ax belonged to figure 1 before the restart\.Restore it$/
  );
  await code.hint.getByRole('button').click();
  await expect(code.hint).toHaveText('ax is back: run the cell again.');
  await expect(code.node.locator('.jp-MplGuard-dead')).toHaveCount(0);
  await code.run("line.set_color('red');");
  await expect(code.badge).toHaveAttribute('data-status', 'restored');
  await new ShownCanvas(page, code.outputs.first()).expectColour('red');

  // The panel goes to its cell, writes the settings into the prompt, and follows the notebook again.
  await page.locator('.jp-ConsolePanel').click();
  await panel.cards.focus();
  await page.keyboard.press('Enter');
  await expect(code.node.locator('.jp-MplGuard-mod-found')).toContainText(
    "line.set_color('red')"
  );
  const settings = await panel.section('settings');
  await settings.getByRole('button', { name: 'Insert as a cell' }).click();
  await expect(code.node.locator('.jp-CodeConsole-promptCell')).toContainText(
    '%matplotlib widget'
  );
  await page.locator('.jp-mod-current, .lm-TabBar-tab', { hasText: '.ipynb' }).first().click();
  await expect(panel.node).toContainText('No figures yet');
  await expect(notebook.badge).toHaveAttribute('data-status', 'absent');
});
