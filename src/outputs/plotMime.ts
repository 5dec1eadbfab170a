/**
 * Which outputs are plots of Matplotlib, and what their data says about the plot.
 */
import type { IOutputModel } from '@jupyterlab/rendermime';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { isCanvasData, readMarkup } from '../internals/ipympl';
import { axesInFigureText } from '../internals/matplotlib';

/** The MIME type of widgets. */
export const WIDGET_VIEW_MIMETYPE = 'application/vnd.jupyter.widget-view+json';

/** A plot in an output. */
interface IPlot {
  /** The model id of the canvas; null for an image. */
  readonly canvas: string | null;
  /** How many axes the figure of an image has; null for a canvas. */
  readonly axes: number | null;
}

/** The picture in an output with a canvas. */
export interface IPicture {
  /** The PNG in base64; empty when there is none. */
  readonly png: string;
  /** The metadata with which it is drawn, with the width of the canvas. */
  readonly metadata: ReadonlyPartialJSONObject;
  /** The alternative text; empty when there is none. */
  readonly alt: string;
}

/**
 * Return the plot in an output that is drawn as `mimeType`; null when it has none.
 *
 * Reading the data of an output copies it. So it is read once, and only when
 * data of that type may be a plot.
 */
export function plotIn(output: IOutputModel, mimeType: string): IPlot | null {
  if (mimeType !== WIDGET_VIEW_MIMETYPE && !mimeType.startsWith('image/')) {
    return null;
  }
  let plot = known.get(output);
  if (plot === undefined) {
    plot = read(output, mimeType);
    known.set(output, plot);
  }
  return plot;
}

/** Return the picture of a plot with a canvas, at the size of the canvas. */
export function pictureOf(output: IOutputModel): IPicture {
  const { data } = output;
  const { width, alt } = readMarkup(text(data['text/html']));
  const metadata = {
    ...(output.metadata['image/png'] as ReadonlyPartialJSONObject | undefined)
  };
  if (width) {
    metadata.width = width;
    delete metadata.height;
  }
  return {
    png: text(data['image/png']).trim(),
    metadata,
    alt: text(metadata.alt) || (alt ?? '')
  };
}

const known = new WeakMap<IOutputModel, IPlot | null>();

function read(output: IOutputModel, mimeType: string): IPlot | null {
  const { data } = output;
  const plain = text(data['text/plain']);
  if (mimeType !== WIDGET_VIEW_MIMETYPE) {
    const axes = axesInFigureText(plain);
    return axes === null ? null : { canvas: null, axes };
  }
  const view = data[mimeType] as ReadonlyPartialJSONObject | null;
  const canvas = view?.model_id;
  return typeof canvas === 'string' &&
    canvas &&
    isCanvasData(plain, text(data['text/html']), 'image/png' in data)
    ? { canvas, axes: null }
    : null;
}

/** Join text that a notebook stores in one piece or line by line. */
function text(value: unknown): string {
  return typeof value === 'string'
    ? value
    : Array.isArray(value)
      ? value.join('')
      : '';
}
