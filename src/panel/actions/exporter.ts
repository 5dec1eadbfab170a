/**
 * Writes figures into files and into the clipboard.
 */
import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IExport } from '../../kernel/figuresApi';
import { exportFigure, getPicture, isResponse } from '../../kernel/figuresApi';
import { isAlive } from '../../kernel/figureStatus';
import { pathOf } from '../../outputs/plotPanel';
import type { IPlotModel, PlotPanel } from '../../tokens';
import { notifyDone, notifyError } from '../../ui/notifications';
import { panelDialogs, panelTexts } from '../../ui/panelTexts';
import type { ICard } from '../cards';
import { asPng, copyPicture, distinct, download, fileName } from './files';
import { askHowToSave } from './saveDialog';
import { sayWhetherItWaits } from './waiting';

/** What is saved of a figure: the figure as requested, or its last picture. */
interface IDrawn {
  readonly content: Blob;
  readonly format: string;
}

/** Exports living figures as their kernel draws them, and the last picture of the others. */
export class Exporter {
  /** Begin with nothing to do. */
  constructor(options: Exporter.IOptions) {
    this._options = options;
  }

  /** Copy a figure as an image. */
  async copy(panel: PlotPanel, plots: IPlotModel, card: ICard): Promise<void> {
    const texts = panelTexts(this._options.trans);
    const drawn = this._draw(plots, card, { format: 'png' }).then(result => {
      if (!result) {
        throw new Error(texts.noPictureYet);
      }
      return result.content;
    });
    if (await copyPicture(drawn)) {
      notifyDone(texts.copied);
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
    const how = await askHowToSave(cards.length > 1 ? titleAll : title, trans);
    if (!how) {
      return;
    }
    const texts = panelTexts(trans);
    const path = pathOf(panel);
    const names = distinct(cards.map(card => fileName(path, card, how.format)));
    let count = 0;
    let pictures = 0;
    if (cards.some(({ state }) => isAlive(state))) {
      sayWhetherItWaits(panel, trans);
    }
    for (const [index, card] of cards.entries()) {
      const drawn = await this._draw(plots, card, how);
      if (drawn) {
        const name = names[index].replace(/[^.]*$/, drawn.format);
        download(drawn.content, name);
        count += 1;
        pictures += drawn.format === how.format && isAlive(card.state) ? 0 : 1;
      }
    }
    if (count < cards.length) {
      notifyError(texts.notSaved(cards.length - count));
    }
    if (count) {
      const sentences = [texts.saved(count)];
      if (pictures) {
        sentences.push(texts.savedPictures(pictures));
      }
      notifyDone(sentences.join(' '));
    }
  }

  /** Return a figure as a file; null when there is not even a picture of it. */
  private async _draw(
    { kernelId }: IPlotModel,
    card: ICard,
    how: IExport
  ): Promise<IDrawn | null> {
    const { serverSettings, srcOf } = this._options;
    if (isAlive(card.state)) {
      try {
        const content = await exportFigure(
          serverSettings,
          kernelId,
          card.id,
          how
        );
        if (content) {
          return { content, format: how.format };
        }
      } catch (error) {
        if (!isResponse(error, 409)) {
          throw error;
        }
      }
    }
    const kept = await getPicture(serverSettings, kernelId, card.id, false);
    const src = kept ? '' : srcOf(card);
    const content = kept ?? (src ? await asPng(src) : null);
    return content && { content, format: 'png' };
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
