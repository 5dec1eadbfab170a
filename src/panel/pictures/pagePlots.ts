/**
 * The plots that the page shows itself: which cell has them, and their pictures.
 */
import type { IOutputModel } from '@jupyterlab/rendermime';

import { isAlive } from '../../kernel/figureStatus';
import { imageIn } from '../../internals/jupyterlab';
import type { IShownOutput } from '../../outputs/outputAreas';
import { pictureOf, plotIn } from '../../outputs/plotMime';
import type { ICard } from '../cards';

/** The image of one figure in the outputs of a cell. */
interface IPageImage {
  /** Its address; the data itself, for what a cell has drawn. */
  readonly src: string;
  /** How many axes its figure had. */
  readonly axes: number | null;
}

/** What the outputs of a notebook show of figures. */
export interface IPagePlots {
  /** The cells that show canvases, by the model ids of those. */
  readonly canvases: ReadonlyMap<string, string>;
  /** The outputs that show canvases, by the model ids of those. */
  readonly outputs: ReadonlyMap<string, IOutputModel>;
  /** The images of each cell, in their order. */
  readonly images: ReadonlyMap<string, readonly IPageImage[]>;
}

/** Find the plots in outputs. */
export function pagePlotsIn(shown: Iterable<IShownOutput>): IPagePlots {
  const canvases = new Map<string, string>();
  const outputs = new Map<string, IOutputModel>();
  const images = new Map<string, IPageImage[]>();
  const seen = new Set<IOutputModel>();
  for (const { cell, output, renderer } of shown) {
    const plot = seen.has(output) ? null : plotIn(output, renderer.mimeType);
    seen.add(output); // several panels may show it
    if (plot?.canvas) {
      canvases.set(plot.canvas, cell);
      outputs.set(plot.canvas, output);
    } else if (plot) {
      const src = imageIn(renderer)?.getAttribute('src') ?? '';
      const { axes } = plot;
      images.set(cell, [...(images.get(cell) ?? []), { src, axes }]);
    }
  }
  return { canvases, outputs, images };
}

/**
 * Return the images of figures without a canvas, by the ids of the figures.
 *
 * An image does not name its figure. Where the agent has reported which figures
 * a cell has made, they are those of its images, one by one. Else they are
 * those that the cell drew last, in the order of their numbers. Unless there
 * are as many and the numbers of axes agree, a picture might be that of another
 * figure, and none of them is used.
 *
 * @param drawnIn - returns the ids of the figures that a cell has made; null
 * for one that is not kept, and when that is not known
 */
export function imagesOf(
  cards: readonly ICard[],
  { images }: Pick<IPagePlots, 'images'>,
  drawnIn: (cell: string) => readonly (string | null)[] | null
): Map<string, string> {
  const found = new Map<string, string>();
  const known = new Map(cards.map(card => [card.id, card]));
  for (const [cell, inCell] of images) {
    const drawnIds = drawnIn(cell);
    const drawn =
      drawnIds?.length === inCell.length
        ? drawnIds.map(id => known.get(id ?? '') ?? null)
        : lastOf(cell, cards);
    const agree =
      drawn.length === inCell.length &&
      drawn.every((card, at) => !card || card.axes === inCell[at].axes);
    drawn.forEach((card, at) => {
      if (agree && card?.cell === cell && !card.canvas && inCell[at].src) {
        found.set(card.id, inCell[at].src);
      }
    });
  }
  return found;
}

/** Return the figures that a cell drew last. */
function lastOf(cell: string, cards: readonly ICard[]): ICard[] {
  const ofCell = cards.filter(card => card.cell === cell && !card.canvas);
  const alive = ofCell.filter(({ state }) => isAlive(state));
  return alive.length ? alive : ofCell; // a cell that ran again has new images
}

/** Return the picture that the output of a canvas was saved with; empty when there is none. */
export function savedPictureOf(
  { canvas }: Pick<ICard, 'canvas'>,
  { outputs }: Pick<IPagePlots, 'outputs'>
): string {
  const output = outputs.get(canvas ?? '');
  const png = output ? pictureOf(output).png : '';
  return png ? `data:image/png;base64,${png}` : '';
}
