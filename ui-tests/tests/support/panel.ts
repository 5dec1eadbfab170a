/**
 * The panel of plots, used as a person does.
 */
import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';

/** The panel in the right area of a page. */
export class PlotsPanel {
  /** Take the panel of `page`, whether it is open or not. */
  constructor(readonly page: Page) {}

  /** The panel itself. */
  get node(): Locator {
    return this.page.locator('#mpl-guard-plots');
  }

  /** The cards of all figures. */
  get cards(): Locator {
    return this.node.locator('.jp-MplGuard-card');
  }

  /** The pictures on the cards. */
  get thumbnails(): Locator {
    return this.node.locator('img.jp-MplGuard-thumbnail');
  }

  /** Open or close it, as menu and palette do. */
  async toggle(): Promise<void> {
    await this.page.evaluate(() =>
      window.jupyterapp.commands.execute('mpl-guard:show-plots')
    );
  }

  /** Open it, and wait until it shows some figures. */
  async open(count: number): Promise<void> {
    await this.toggle();
    await expect(this.node).toBeVisible();
    await expect(this.cards).toHaveCount(count);
  }

  /** A button of the panel, by its command. */
  button(command: string): Locator {
    return this.node.locator(`button[data-command="mpl-guard:${command}"]`);
  }

  /** A section, opened. */
  async section(name: string): Promise<Locator> {
    const section = this.node.locator(`[data-section="${name}"]`);
    const heading = section.locator('h3 button');
    if ((await heading.getAttribute('aria-expanded')) === 'false') {
      await heading.click();
    }
    return section;
  }

  /** How wide the right area is, in pixels. */
  async widen(width: number): Promise<void> {
    const box = (await this.node.boundingBox())!;
    const edge = box.x - 2;
    await this.page.mouse.move(edge, box.y + 200);
    await this.page.mouse.down();
    await this.page.mouse.move(edge + box.width - width, box.y + 200, {
      steps: 4
    });
    await this.page.mouse.up();
  }
}
