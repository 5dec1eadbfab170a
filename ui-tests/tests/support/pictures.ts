/**
 * Pictures to be looked at; the README shows them.
 *
 * They are taken when MPL_GUARD_PICTURES is set, and replace the ones in docs/images.
 */
import { join } from 'node:path';

import type { Page, TestInfo } from '@playwright/test';

/** The themes that most pictures are taken in. */
export const LIGHT_AND_DARK = {
  light: 'JupyterLab Light',
  dark: 'JupyterLab Dark'
};

/** All of JupyterLab's themes that are made for reading differently. */
export const THEMES = {
  ...LIGHT_AND_DARK,
  'high-contrast': 'JupyterLab Dark High Contrast'
};

/** Take a picture of the upper part of the page. */
export async function take(
  page: Page,
  info: TestInfo,
  name: string,
  height = 560
): Promise<void> {
  const path = join(__dirname, '../../../docs/images', `${name}.png`);
  await page.screenshot({
    path,
    clip: { x: 0, y: 0, width: 1280, height }
  });
  await info.attach(name, { path, contentType: 'image/png' });
}
