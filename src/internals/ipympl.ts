/**
 * How ipympl makes a canvas, draws on it and writes it into an output.
 *
 * The names are as in ipympl 0.5 to 0.10. None of them is documented. For each:
 * what is lost when it is gone, and what happens then.
 */
import type { IWidgetModel } from './ipywidgets';
import { classOf, isModel } from './ipywidgets';

/** Handles a picture that the kernel has sent: a whole one, or what differs from the last. */
type PictureHandler = (...picture: unknown[]) => void;

/** What a canvas is drawn with. */
interface ICanvasInternals extends IWidgetModel {
  handle_binary?: PictureHandler;
  readonly image?: unknown;
  readonly offscreen_canvas?: unknown;
}

/**
 * Return whether a widget is a canvas.
 *
 * `MPLCanvasModel` is the class of its model. Without it, canvases inside of
 * boxes and other widgets stay as they are; those in outputs of their own do
 * not depend on it.
 */
export function isCanvas(model: IWidgetModel): boolean {
  return classOf(model) === 'MPLCanvasModel';
}

/**
 * Return whether a canvas is complete: it gets its toolbar after it was opened,
 * and cannot be drawn without.
 *
 * When there is no property `toolbar`, a canvas is complete at once; one that
 * is drawn too early shows an error until its cell runs again.
 */
export function isComplete(canvas: IWidgetModel): boolean {
  const toolbar = canvas.get('toolbar');
  return toolbar === undefined || (isModel(toolbar) && toolbar.comm_live);
}

/**
 * Return the models of a canvas: its own, its toolbar's, and a layout of each.
 *
 * Those of `toolbar` and `layout` that are gone are left out: after a restart
 * by another client, a part that was left out stays alive in the page without a
 * widget in the kernel.
 */
export function partsOf(canvas: IWidgetModel): IWidgetModel[] {
  const toolbar = canvas.get('toolbar');
  return [canvas, canvas.get('layout'), toolbar]
    .concat(isModel(toolbar) ? [toolbar.get('layout')] : [])
    .filter(isModel);
}

/**
 * Return the image that holds the last picture of a canvas; when it has loaded,
 * it is drawn over the others.
 *
 * Without `image`, the result is null: a canvas that was restored is blank
 * until its first picture, and loses pictures that come at the same time.
 */
export function imageOf(canvas: IWidgetModel): HTMLImageElement | null {
  const { image } = canvas as ICanvasInternals;
  return image instanceof HTMLImageElement ? image : null;
}

/**
 * Return the canvas element on which all pictures are drawn.
 *
 * Without `offscreen_canvas`, or when nothing is drawn yet, the result is null:
 * a canvas that was restored is blank until its first picture.
 */
export function drawingOf(canvas: IWidgetModel): HTMLCanvasElement | null {
  const { offscreen_canvas: drawing } = canvas as ICanvasInternals;
  return drawing instanceof HTMLCanvasElement && drawing.width && drawing.height
    ? drawing
    : null;
}

/**
 * Replace the method of a canvas that handles the pictures.
 *
 * Without `handle_binary`, nothing is replaced: pictures that come at the same
 * time may be lost.
 *
 * @param replace - gets the method, bound to the canvas, and returns another
 */
export function replacePictureHandler(
  canvas: IWidgetModel,
  replace: (handle: PictureHandler) => PictureHandler
): void {
  const internals: ICanvasInternals = canvas;
  const { handle_binary: handle } = internals;
  if (handle) {
    internals.handle_binary = replace((...picture) =>
      handle.apply(canvas, picture)
    );
  }
}

/**
 * Return whether the data of an output with a widget is that of a canvas.
 *
 * The text begins as the `repr` of a canvas does, which names the toolbar unless
 * it is cut off before; then the markup decides. ipycanvas has a `Canvas`, too;
 * it has neither. When the forms change, canvases in outputs stay as ipywidgets
 * shows them.
 *
 * @param text - the output as `text/plain`; empty when it has none
 * @param html - the output as `text/html`; empty when it has none
 * @param hasPicture - whether the output has an `image/png`
 */
export function isCanvasData(
  text: string,
  html: string,
  hasPicture: boolean
): boolean {
  return (
    text.startsWith('Canvas(') &&
    (text.includes('toolbar=Toolbar(') || (hasPicture && isMarkup(html)))
  );
}

/**
 * Return what the markup around the picture of a canvas says about it.
 *
 * The name of the figure is a label above the picture, whose width is that of
 * the canvas. What is not found is undefined: a placeholder then has the size
 * of the picture in pixels, and "Figure" as its alternative text.
 */
export function readMarkup(html: string): { width?: number; alt?: string } {
  // The markup is a few words around megabytes of picture.
  const [head, tail] = [html.slice(0, 2000), html.slice(-300)];
  const width = Math.round(Number(/ width=["']?([\d.]+)/.exec(tail)?.[1]));
  const alt =
    /<img[^>]*? alt="([^"]*)"/.exec(head)?.[1] ||
    / alt="([^"]*)"/.exec(tail)?.[1] ||
    /widget-label"[^>]*>([^<]*)</.exec(head)?.[1].trim();
  return { ...(width > 0 ? { width } : {}), ...(alt ? { alt } : {}) };
}

/** Return whether some HTML is what ipympl writes around a picture. */
function isMarkup(html: string): boolean {
  const head = html.slice(0, 2000);
  return (
    head.includes('jupyter-widgets widget-label') &&
    head.includes("<img src='data:image/png;base64,")
  );
}
