/**
 * Pictures of the badge in each theme, to be looked at; the README shows them.
 *
 * With MPL_GUARD_PICTURES set they replace the ones in docs/images.
 */
import { join } from 'node:path';

import { SET_UP } from '../notebook';
import { expect, test } from './test';

const THEMES = {
  light: 'JupyterLab Light',
  dark: 'JupyterLab Dark',
  'high-contrast': 'JupyterLab Dark High Contrast'
};

for (const [name, theme] of Object.entries(THEMES)) {
  test(`picture of the badge, ${name}`, async ({ notebook, page }, info) => {
    await page.theme.setTheme(theme);
    await page.sidebar.close('left');
    await notebook.run(SET_UP);
    expect(await notebook.restartElsewhere()).toBe(true);
    await expect(notebook.badge).toHaveAttribute('data-status', 'restored');
    await notebook.run(
      `plt.plot([1, 4, 2, 6, 3, 7], marker='o')
plt.title('plotting goes on after the restart')
plt.show()`
    );
    await expect(
      page.locator('.jp-NotebookPanel:visible .jp-RenderedSVG')
    ).toBeVisible();
    await expect(notebook.badge).toBeVisible();
    const folder = process.env.MPL_GUARD_PICTURES
      ? join(__dirname, '../../../docs/images')
      : info.outputDir;
    const path = join(folder, `badge-${name}.png`);
    await page.screenshot({
      path,
      clip: { x: 0, y: 0, width: 1280, height: 560 }
    });
    await info.attach(name, { path, contentType: 'image/png' });
  });
}
