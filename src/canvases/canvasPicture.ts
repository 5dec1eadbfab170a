/**
 * The pictures that canvases show.
 */
import { drawingOf, imageOf, replacePictureHandler } from '../internals/ipympl';
import type { IWidgetModel } from '../internals/ipywidgets';
import type { IFrame } from '../outputs/deadPlot';

/** Keep the picture of a canvas that is dead, for what replaces it, and return it; null when nothing was drawn. */
export function keepPicture(canvas: IWidgetModel): Promise<IFrame | null> {
  let picture = pictures.get(canvas);
  if (!picture) {
    picture = encode(drawingOf(canvas));
    pictures.set(canvas, picture);
  }
  return picture;
}

/**
 * Show the picture of a dead canvas in another one until it has its own.
 *
 * The kernel draws one canvas after the other; those that wait would be blank.
 */
export async function reusePicture(
  canvas: IWidgetModel,
  dead: IWidgetModel
): Promise<void> {
  const picture = await pictures.get(dead);
  const image = imageOf(canvas);
  if (picture && image && !image.src) {
    image.src = URL.createObjectURL(picture.content); // ipympl revokes it
  }
}

/**
 * Make a canvas show each picture that the kernel sends; to be called once for
 * each canvas.
 *
 * ipympl loads each picture at once, into the same image: one that arrives while
 * another is loading replaces it, and what only that one has changed is not
 * visible until it changes again. All tabs get the pictures that each of them
 * has asked for, so with two tabs that is the rule, and a canvas that was just
 * restored stays blank.
 */
export function showInOrder(canvas: IWidgetModel): void {
  const image = imageOf(canvas);
  if (!image) {
    return;
  }
  replacePictureHandler(canvas, handle => {
    const waiting: unknown[][] = [];
    let isLoading = !image.complete;
    const next = () => {
      const picture = waiting.shift();
      isLoading = picture !== undefined;
      if (picture) {
        handle(...picture);
      }
    };
    // The listener of ipympl was added before, and has drawn what has loaded.
    image.addEventListener('load', next);
    image.addEventListener('error', next);
    return (...picture) => {
      waiting.push(picture);
      if (!isLoading) {
        next();
      }
    };
  });
}

/** The pictures of dead canvases. */
const pictures = new WeakMap<IWidgetModel, Promise<IFrame | null>>();

/** Return what is drawn on a canvas element; the page encodes it when it has time. */
function encode(drawing: HTMLCanvasElement | null): Promise<IFrame | null> {
  return new Promise(resolve => {
    if (!drawing) {
      resolve(null);
      return;
    }
    const width = drawing.width / window.devicePixelRatio;
    drawing.toBlob(content => resolve(content && { content, width }));
  });
}
