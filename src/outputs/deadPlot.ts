/**
 * What an output shows in place of a canvas that is not alive.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Panel, Widget } from '@lumino/widgets';

import { staleIcon } from '../ui/icons';
import type { IPicture } from './plotMime';

/** The last picture of a plot, with a word on why it is not more than that. */
export class DeadPlot extends Panel {
  /** Draw the picture of `options`. */
  constructor(options: DeadPlot.IOptions) {
    super();
    const { picture, trans } = options;
    this._trans = trans;
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
    const text = picture.png
      ? trans.__('From before the restart')
      : trans.__(
          'This plot is gone, and its output holds no picture of it: run the cell again.'
        );
    this.node.setAttribute('aria-label', text);
    this._button.type = 'button';
    this._button.className = 'jp-MplGuard-restore';
    this._button.textContent = trans.__('Restore figures');
    // Enter presses the button; it does not start to edit the cell.
    this._button.dataset.lmSuppressShortcuts = '';
    this._button.addEventListener('click', options.restore);
    caption.node.append(text, this._button);
    this.addWidget(caption);
    this.offer(false);
  }

  /** Say whether it can be had back. */
  offer(isOffered: boolean): void {
    this._button.hidden = !isOffered;
    this.node.title = isOffered
      ? ''
      : this._trans.__(
          'The figure of this plot is not in the kernel. Run the cell again to draw it anew.'
        );
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
    const image = renderer.node.querySelector('img');
    if (image) {
      image.alt = picture.alt || this._trans.__('Figure');
    }
  }

  private readonly _button = document.createElement('button');
  private readonly _trans: TranslationBundle;
}

/** The types that a dead plot works with. */
export namespace DeadPlot {
  /** What it takes to show one. */
  export interface IOptions {
    /** The picture to show. */
    picture: IPicture;
    /** What draws pictures. */
    rendermime: IRenderMimeRegistry;
    /** Called when the button is pressed. */
    restore: () => void;
    /** The translations of this extension. */
    trans: TranslationBundle;
  }
}
