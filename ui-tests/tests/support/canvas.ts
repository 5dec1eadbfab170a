/**
 * One ipympl canvas in the page, looked at and used as a person does.
 */
import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';

import type { Colour } from './pixels';
import { expectPixels } from './pixels';

/** Buttons of a canvas's toolbar, by the names of the methods that they call. */
const BUTTONS = { Home: 'fa-home', Pan: 'fa-arrows', Zoom: 'fa-square-o' };

/** The canvas that an output shows. */
export class ShownCanvas {
  /** Take the canvas of `output`, whether it is alive or not. */
  constructor(
    readonly page: Page,
    readonly output: Locator
  ) {}

  /** What is drawn; above it lies another that takes the mouse. */
  get picture(): Locator {
    return this.output.locator('.jupyter-matplotlib-canvas-div canvas').first();
  }

  /** Wait until a colour is seen in it. */
  async expectColour(colour: Colour): Promise<void> {
    await expect(this.picture).toBeVisible();
    await expectPixels(this.picture, colour);
  }

  /** Press a button of the toolbar, which fades in under the mouse. */
  async press(button: keyof typeof BUTTONS): Promise<void> {
    await this.picture.scrollIntoViewIfNeeded();
    await this.output.locator('.jupyter-matplotlib-canvas-div').hover();
    await this.output
      .locator('.jupyter-matplotlib-button')
      .filter({ has: this.page.locator(`.${BUTTONS[button]}`) })
      .click();
  }

  /** Drag the mouse from the middle of the canvas by so many pixels. */
  async drag(right: number, down: number): Promise<void> {
    await this.picture.scrollIntoViewIfNeeded();
    const box = (await this.picture.boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const { mouse } = this.page;
    await mouse.move(x, y);
    await mouse.down();
    await mouse.move(x + right / 2, y + down / 2, { steps: 5 });
    await mouse.move(x + right, y + down, { steps: 5 });
    await mouse.up();
  }
}
