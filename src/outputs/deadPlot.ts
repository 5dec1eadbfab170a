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

/** The last picture of a canvas. */
export interface IFrame {
  /** The picture itself. */
  readonly content: Blob;
  /** How wide it was shown, in pixels of CSS; null when it is as wide as the first one. */
  readonly width: number | null;
}

/** What may change about a placeholder. */
export interface IPlaceholderState {
  /** Whether its figure can be restored with a click. */
  readonly isOffered: boolean;
  /** Finds its last picture; null while no source may have one. */
  readonly latest: (() => Promise<IFrame | null>) | null;
}

/**
 * Shows the last picture of a plot, and why it is only a picture.
 *
 * An output holds the first one; it is shown until the last one is found.
 */
export class DeadPlot extends Panel {
  /** Draw the picture of `options`. */
  constructor(options: DeadPlot.IOptions) {
    super();
    const { picture, trans } = options;
    this._options = options;
    this._texts = outputTexts(trans);
    this.addClass('jp-MplGuard-dead');
    this.node.setAttribute('role', 'figure');
    this._first = this._draw();

    const caption = new Widget();
    caption.addClass('jp-MplGuard-caption');
    staleIcon.element({
      container: caption.node.appendChild(document.createElement('span')),
      className: 'jp-MplGuard-icon'
    });
    caption.node.append(this._text);
    this._say(picture.png ? this._texts.placeholder : this._texts.noPicture);
    this._button.type = 'button';
    this._button.className = 'jp-MplGuard-restore';
    this._button.textContent = this._texts.restore;
    suppressShortcuts(this._button);
    this._button.addEventListener('click', options.restore);
    caption.node.append(this._button);
    this.addWidget(caption);
    this.refresh({ isOffered: false, latest: null });
  }

  /** Show the button, when the figure can be restored, and the last picture, once it is found. */
  refresh({ isOffered, latest }: IPlaceholderState): void {
    this._button.hidden = !isOffered;
    this.node.title = isOffered ? '' : this._texts.notInKernel;
    if (latest && !this._isLatest) {
      this._isLatest = true;
      void latest().then(frame => (frame ? this._replace(frame) : null));
    }
  }

  /** Dispose of the placeholder and its picture. */
  override dispose(): void {
    if (!this.isDisposed) {
      URL.revokeObjectURL(this._url);
      super.dispose();
    }
  }

  /** Show the last picture in place of the first, as soon as that is drawn. */
  private async _replace({ content, width }: IFrame): Promise<void> {
    const image = (await this._first) ?? document.createElement('img');
    if (this.isDisposed) {
      return;
    }
    this._url = URL.createObjectURL(content);
    image.src = this._url;
    if (width !== null) {
      image.width = width;
      image.removeAttribute('height');
    }
    if (!image.parentNode) {
      image.alt = this._texts.figure;
      this.node.prepend(image);
      this._say(this._texts.placeholder);
    }
  }

  private _say(text: string): void {
    this.node.setAttribute('aria-label', text);
    this._text.textContent = text;
  }

  /** Draw the first picture; return null when there is none. */
  private async _draw(): Promise<HTMLImageElement | null> {
    const { picture, rendermime } = this._options;
    if (!picture.png) {
      return null;
    }
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
    return image;
  }

  private readonly _button = document.createElement('button');
  /** The first picture, once it is drawn. */
  private readonly _first: Promise<HTMLImageElement | null>;
  /** Whether the last picture was looked for. */
  private _isLatest = false;
  private readonly _options: DeadPlot.IOptions;
  private readonly _text = document.createElement('span');
  private readonly _texts: ReturnType<typeof outputTexts>;
  /** The address of the last picture. */
  private _url = '';
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
