/**
 * The placeholder of a canvas that is not alive.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Panel, Widget } from '@lumino/widgets';

import { imageIn, suppressShortcuts } from '../internals/jupyterlab';
import { staleIcon } from '../ui/icons';
import { outputTexts } from '../ui/messages';
import type { IPicture } from './plotMime';

/** Shows the last picture of a plot, and why it is only a picture. */
export class DeadPlot extends Panel {
  /** Draw the picture of `options`. */
  constructor(options: DeadPlot.IOptions) {
    super();
    const { picture, trans } = options;
    this._texts = outputTexts(trans);
    this.addClass('jp-MplGuard-dead');
    this.node.setAttribute('role', 'figure');
    if (picture.png) {
      void this._draw(options);
    }

    const caption = new Widget();
    caption.addClass('jp-MplGuard-caption');
    staleIcon.element({
      container: caption.node.appendChild(document.createElement('span')),
      className: 'jp-MplGuard-icon'
    });
    const text = picture.png ? this._texts.placeholder : this._texts.noPicture;
    this.node.setAttribute('aria-label', text);
    this._button.type = 'button';
    this._button.className = 'jp-MplGuard-restore';
    this._button.textContent = this._texts.restore;
    suppressShortcuts(this._button);
    this._button.addEventListener('click', options.restore);
    caption.node.append(text, this._button);
    this.addWidget(caption);
    this.offer(false);
  }

  /** Show the button, when the figure can be restored, or hide it. */
  offer(isOffered: boolean): void {
    this._button.hidden = !isOffered;
    this.node.title = isOffered ? '' : this._texts.notInKernel;
  }

  private async _draw({
    picture,
    rendermime
  }: DeadPlot.IOptions): Promise<void> {
    const renderer = rendermime.createRenderer('image/png');
    this.insertWidget(0, renderer);
    await renderer.renderModel(
      rendermime.createModel({
        data: { 'image/png': picture.png },
        metadata: { 'image/png': picture.metadata },
        trusted: false
      })
    );
    const image = imageIn(renderer);
    if (image) {
      image.alt = picture.alt || this._texts.figure;
    }
  }

  private readonly _button = document.createElement('button');
  private readonly _texts: ReturnType<typeof outputTexts>;
}

/** The types of a placeholder. */
export namespace DeadPlot {
  /** The options of a placeholder. */
  export interface IOptions {
    /** The picture to show. */
    readonly picture: IPicture;
    /** Makes the renderer of the picture. */
    readonly rendermime: IRenderMimeRegistry;
    /** Called when the button is pressed. */
    readonly restore: () => void;
    /** The translations of this extension. */
    readonly trans: TranslationBundle;
  }
}
