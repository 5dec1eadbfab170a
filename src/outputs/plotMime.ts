/**
 * Which outputs are plots of Matplotlib's, and what an output says about its plot.
 */
import type { IOutputModel } from '@jupyterlab/rendermime';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

/** The kind of data that ipywidgets draws. */
export const WIDGET_VIEW_MIMETYPE = 'application/vnd.jupyter.widget-view+json';

/** A plot in an output. */
export interface IPlot {
  /** The model id of the ipympl canvas; null for an image. */
  readonly canvas: string | null;
}

/** The picture that an output with a canvas carries. */
export interface IPicture {
  /** The PNG in base64; empty when there is none. */
  readonly png: string;
  /** How it is to be drawn: its metadata, with the width of the canvas. */
  readonly metadata: ReadonlyPartialJSONObject;
  /** The text that stands for it; empty when there is none. */
  readonly alt: string;
}

/**
 * The plot in an output that is drawn as `mimeType`, or null if it holds none.
 *
 * Reading an output's data copies it, so it is read once, and only where the
 * kind of data that is drawn may be a plot.
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

/** The picture of a plot with a canvas, at the size of the canvas. */
export function pictureOf(output: IOutputModel): IPicture {
  const { data } = output;
  const html = text(data['text/html']);
  // The markup is a few words around megabytes of picture.
  const [head, tail] = [html.slice(0, 2000), html.slice(-300)];
  const metadata = {
    ...(output.metadata['image/png'] as ReadonlyPartialJSONObject | undefined)
  };
  const width = Math.round(Number(/ width=["']?([\d.]+)/.exec(tail)?.[1]));
  if (width > 0) {
    metadata.width = width;
    delete metadata.height;
  }
  const alt =
    text(metadata.alt) ||
    /<img[^>]*? alt="([^"]*)"/.exec(head)?.[1] ||
    / alt="([^"]*)"/.exec(tail)?.[1] ||
    /widget-label"[^>]*>([^<]*)</.exec(head)?.[1].trim();
  return {
    png: text(data['image/png']).trim(),
    metadata,
    alt: alt ?? ''
  };
}

const known = new WeakMap<IOutputModel, IPlot | null>();

function read(output: IOutputModel, mimeType: string): IPlot | null {
  const { data } = output;
  const words = text(data['text/plain']);
  if (mimeType !== WIDGET_VIEW_MIMETYPE) {
    return /^<Figure size [\d.]+x[\d.]+ with \d+ Axes>/.test(words)
      ? { canvas: null }
      : null;
  }
  const view = data[mimeType] as ReadonlyPartialJSONObject | null;
  const canvas = view?.model_id;
  // ipycanvas has a Canvas, too; it has neither a toolbar nor ipympl's markup.
  const isCanvas =
    words.startsWith('Canvas(') &&
    (words.includes('toolbar=Toolbar(') ||
      ('image/png' in data && isMarkup(text(data['text/html']))));
  return isCanvas && typeof canvas === 'string' && canvas ? { canvas } : null;
}

/** Whether some HTML is what ipympl writes around its picture. */
function isMarkup(html: string): boolean {
  const head = html.slice(0, 2000);
  return (
    head.includes('jupyter-widgets widget-label') &&
    head.includes("<img src='data:image/png;base64,")
  );
}

/** Text as notebooks hold it: in one piece, or line by line. */
function text(value: unknown): string {
  return typeof value === 'string'
    ? value
    : Array.isArray(value)
      ? value.join('')
      : '';
}
