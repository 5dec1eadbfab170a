/**
 * Writes figures into files and into the clipboard.
 */
import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IExport } from '../../kernel/figuresApi';
import { exportFigure, getPicture } from '../../kernel/figuresApi';
import { pathOf } from '../../outputs/plotPanel';
import type { IPlotModel, PlotPanel } from '../../tokens';
import { fullFigureName } from '../../ui/figureTexts';
import { notifyDone, notifyError } from '../../ui/notifications';
import { panelDialogs, panelTexts } from '../../ui/panelTexts';
import type { ICard } from '../cards';
import { asPng, copyPicture, distinct, download, fileName } from './files';
import { askHowToSave } from './saveDialog';
import { sayWhetherItWaits } from './waiting';

/** Milliseconds between two requests to a kernel that was too busy for the first. */
const PAUSE = 1000;

/** A figure as it can be saved: as requested, as its last picture, or not at all. */
interface IDrawn {
  /** The file; null when there is not even a picture. */
  readonly content: Blob | null;
  /** Its format. */
  readonly format: string;
  /** Whether the kernel has drawn it as requested. */
  readonly isDrawn: boolean;
  /** Why the kernel has not, as a sentence; empty when it was busy. */
  readonly why: string;
}

/** Exports figures as their kernel draws them, or the last picture of those that it cannot draw. */
export class Exporter {
  /** Begin with nothing to do. */
  constructor(options: Exporter.IOptions) {
    this._options = options;
  }

  /** Copy a figure as an image. */
  async copy(panel: PlotPanel, plots: IPlotModel, card: ICard): Promise<void> {
    const { trans } = this._options;
    const texts = panelTexts(trans);
    const name = fullFigureName(card, trans);
    const drawn = this._draw(plots, card, { format: 'png' }).then(
      ({ content, why }) => {
        if (!content) {
          throw new Error(why || texts.noPictureYet(name));
        }
        return content;
      }
    );
    if (await copyPicture(drawn)) {
      notifyDone(texts.copiedFigure(name));
    } else {
      notifyError(texts.notCopied);
    }
  }

  /** Ask for the format, and save figures as files. */
  async save(
    panel: PlotPanel,
    plots: IPlotModel,
    cards: readonly ICard[]
  ): Promise<void> {
    const { trans } = this._options;
    const { title, titleAll } = panelDialogs(trans).save;
    const name = (card: ICard) => fullFigureName(card, trans);
    const how = await askHowToSave(
      cards.length > 1 ? titleAll : title(name(cards[0])),
      trans
    );
    if (!how) {
      return;
    }
    const texts = panelTexts(trans);
    const path = pathOf(panel);
    const names = distinct(cards.map(card => fileName(path, card, how.format)));
    const reasons = new Set<string>();
    const saved: string[] = [];
    const pictures: string[] = [];
    const missing: string[] = [];
    sayWhetherItWaits(panel, trans);
    for (const [index, card] of cards.entries()) {
      const { content, format, isDrawn, why } = await this._draw(
        plots,
        card,
        how,
        true
      );
      if (content) {
        download(content, names[index].replace(/[^.]*$/, format));
        saved.push(name(card));
        if (!isDrawn) {
          pictures.push(name(card));
        }
      } else {
        missing.push(name(card));
      }
      if (why) {
        reasons.add(why);
      }
    }
    if (missing.length) {
      notifyError([texts.notSaved(missing), ...reasons].join(' '));
    }
    if (saved.length) {
      const sentences =
        pictures.length < saved.length ? [texts.saved(saved)] : [];
      if (pictures.length) {
        sentences.push(texts.savedPictures(pictures), ...reasons);
      }
      notifyDone(sentences.join(' '));
    }
  }

  /** Return a figure as a file, when its kernel is idle where that is waited for. */
  private async _draw(
    { kernelId }: IPlotModel,
    card: ICard,
    how: IExport,
    waits = false
  ): Promise<IDrawn> {
    const { serverSettings, srcOf } = this._options;
    const ask = () => exportFigure(serverSettings, kernelId, card.id, how);
    let why = '';
    try {
      let content = await ask();
      while (!content && waits) {
        await new Promise(resolve => setTimeout(resolve, PAUSE));
        content = await ask();
      }
      if (content) {
        return { content, format: how.format, isDrawn: true, why };
      }
    } catch (error) {
      // The others are saved, whatever has become of this figure or its kernel.
      if (!(error instanceof ServerConnection.ResponseError)) {
        throw error;
      }
      why = error.message;
    }
    const kept = await getPicture(serverSettings, kernelId, card.id, false);
    const src = kept ? '' : srcOf(card);
    const content = kept ?? (src ? await asPng(src) : null);
    return { content, format: 'png', isDrawn: false, why };
  }

  private readonly _options: Exporter.IOptions;
}

/** The types of an exporter. */
export namespace Exporter {
  /** The options of an exporter. */
  export interface IOptions {
    /** The server that passes requests to kernels. */
    readonly serverSettings: ServerConnection.ISettings;
    /** Returns the address of the picture that the panel shows of a figure; empty when it shows none. */
    readonly srcOf: (card: ICard) => string;
    /** The translations of this extension. */
    readonly trans: TranslationBundle;
  }
}
