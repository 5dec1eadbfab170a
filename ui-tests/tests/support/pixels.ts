/**
 * Looks at the pixels of pictures and canvases.
 */
import type { Locator } from '@playwright/test';
import { expect } from '@playwright/test';

/** Colours that a picture is looked through for. */
export type Colour = 'red' | 'lime' | 'blue';

const CHANNELS: Colour[] = ['red', 'lime', 'blue'];

/** How many pixels of an image or canvas have a pure colour. */
export function countPixels(picture: Locator, colour: Colour): Promise<number> {
  return picture.evaluate((node, channel) => {
    const source = node as HTMLImageElement | HTMLCanvasElement;
    if (!source.width || !source.height) {
      return 0;
    }
    const canvas = document.createElement('canvas');
    canvas.width = source.width;
    canvas.height = source.height;
    const context = canvas.getContext('2d')!;
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      const others = [0, 1, 2].filter(each => each !== channel);
      if (
        data[at + channel] > 250 &&
        others.every(each => data[at + each] < 5)
      ) {
        count += 1;
      }
    }
    return count;
  }, CHANNELS.indexOf(colour));
}

/** Wait until an image or canvas has pixels of a pure colour. */
export async function expectPixels(
  picture: Locator,
  colour: Colour,
  options: { timeout?: number } = {}
): Promise<void> {
  await expect
    .poll(() => countPixels(picture, colour), options)
    .toBeGreaterThan(500);
}
