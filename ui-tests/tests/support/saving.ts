/**
 * Files and pictures that leave the page, as a person gets them.
 */
import { readFile } from 'node:fs/promises';

import type { Download, Page } from '@playwright/test';
import { expect, test } from '@playwright/test';

import type { PlotsPanel } from './panel';

/** Press a button, answer its dialog, and return the files that come of it. */
export async function save(
  panel: PlotsPanel,
  command: string,
  how: { format?: string; dpi?: number; transparent?: boolean },
  count = 1
): Promise<{ name: string; content: Buffer }[]> {
  const { page } = panel;
  const downloads: Download[] = [];
  page.on('download', download => downloads.push(download));
  await panel.button(command).click();
  const dialog = page.locator('.jp-Dialog');
  // The keyboard is the dialog's as soon as it is there: Enter saves.
  await expect(dialog.locator('.jp-mod-accept')).toBeFocused();
  await dialog.locator('select').selectOption(how.format ?? 'png');
  if (how.dpi) {
    await dialog.locator('input[type=number]').fill(String(how.dpi));
  }
  await dialog.locator('input[type=checkbox]').setChecked(!!how.transparent);
  await page.screenshot({ path: test.info().outputPath('save.png') });
  await page.keyboard.press('Enter');
  await expect.poll(() => downloads.length).toBe(count);
  page.removeAllListeners('download');
  return Promise.all(
    downloads.map(async download => ({
      name: download.suggestedFilename(),
      content: await readFile(await download.path())
    }))
  );
}

/** The width and the height of a PNG, and whether its first pixel is transparent. */
export function sizeOfPng(page: Page, content: Buffer) {
  return page.evaluate(async data => {
    const response = await fetch(`data:image/png;base64,${data}`);
    const bitmap = await createImageBitmap(await response.blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    const isTransparent = context.getImageData(0, 0, 1, 1).data[3] === 0;
    return [bitmap.width, bitmap.height, isTransparent];
  }, content.toString('base64'));
}

/** What files of the first figure, which is 6 by 3.6 inches large, have to be. */
export async function saveOne(panel: PlotsPanel): Promise<void> {
  const { page } = panel;
  const command = 'save-figure';
  const [png] = await save(panel, command, { dpi: 50, transparent: true });
  expect(png.name).toMatch(/^Untitled\d*-(figure-1-)?fig\.png$/);
  expect(await sizeOfPng(page, png.content)).toEqual([300, 180, true]);

  const [svg] = await save(panel, command, { format: 'svg' });
  const root = await page.evaluate(text => {
    const { documentElement: svg } = new DOMParser().parseFromString(
      text,
      'image/svg+xml'
    );
    return [svg.tagName, svg.getAttribute('width'), svg.getAttribute('height')];
  }, svg.content.toString());
  expect(root).toEqual(['svg', '432pt', '259.2pt']);
  expect(svg.content.toString()).toContain('#0000ff'); // the line

  const [pdf] = await save(panel, command, { format: 'pdf' });
  const text = pdf.content.toString('latin1');
  expect(text).toMatch(/^%PDF-1/);
  expect(text).toMatch(/\/MediaBox \[ ?0 0 432 259\.2 ?\]/);
  expect(text.match(/\/Type \/Page\b/g)).toHaveLength(1);
}

/** What the clipboard holds: the size of an image, else text. */
export function clipboard(page: Page): Promise<number[] | string> {
  return page.evaluate(async () => {
    try {
      const [item] = await navigator.clipboard.read();
      if (!item.types.includes('image/png')) {
        return await navigator.clipboard.readText();
      }
      const bitmap = await createImageBitmap(await item.getType('image/png'));
      return [bitmap.width, bitmap.height];
    } catch {
      return ''; // it has changed meanwhile
    }
  });
}
