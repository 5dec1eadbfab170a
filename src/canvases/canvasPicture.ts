/**
 * The pictures that canvases show: the one place that knows how ipympl draws in the page.
 *
 * All names of `IDrawn` are private, and as they are in ipympl 0.5 to 0.10.
 * Without them a canvas shows what ipympl makes it show, and nothing before.
 */
import type { IWidgetModel } from '../internals/ipywidgets';

/** What a canvas is drawn from. */
interface IDrawn extends IWidgetModel {
  /** Takes a picture that the kernel has sent: a whole one, or what is different from the last. */
  handle_binary?: (...picture: unknown[]) => void;
  /** The picture that has come last; when it has loaded it is drawn over the others. */
  readonly image?: unknown;
  /** All of them. */
  readonly offscreen_canvas?: unknown;
}

/** Keep what a canvas shows now that it is dead, for the one that takes its place. */
export function keepPicture(canvas: IWidgetModel): void {
  if (!pictures.has(canvas)) {
    pictures.set(canvas, pictureOn(canvas));
  }
}

/**
 * Have a canvas show what a dead one has shown, until its own picture comes.
 *
 * The kernel draws one canvas after the other; those that wait would be blank.
 */
export async function lendPicture(
  canvas: IWidgetModel,
  dead: IWidgetModel
): Promise<void> {
  const picture = await pictures.get(dead);
  const { image } = canvas as IDrawn;
  if (picture && image instanceof HTMLImageElement && !image.src) {
    image.src = URL.createObjectURL(picture); // ipympl revokes it
  }
}

/**
 * Have a canvas show each picture that the kernel sends; to be called once for each.
 *
 * ipympl loads each at once, into the same image: one that comes while another
 * is loading takes its place, and what was different in that one is not seen
 * until it changes again. All tabs get the pictures that each of them has asked
 * for, so with two tabs that is the rule, and a canvas that has just come back
 * stays blank.
 */
export function showInTurn(canvas: IWidgetModel): void {
  const drawn: IDrawn = canvas;
  const { handle_binary: show, image } = drawn;
  if (!show || !(image instanceof HTMLImageElement)) {
    return;
  }
  const waiting: unknown[][] = [];
  let isLoading = !image.complete;
  const next = () => {
    const picture = waiting.shift();
    isLoading = picture !== undefined;
    if (picture) {
      show.apply(canvas, picture);
    }
  };
  // ipympl's own listener was there before, and has drawn what has loaded.
  image.addEventListener('load', next);
  image.addEventListener('error', next);
  drawn.handle_binary = (...picture) => {
    waiting.push(picture);
    if (!isLoading) {
      next();
    }
  };
}

/** What dead canvases have shown. */
const pictures = new WeakMap<IWidgetModel, Promise<Blob | null>>();

/** What a canvas shows; encoded when the page has time for it. */
function pictureOn(canvas: IWidgetModel): Promise<Blob | null> {
  const { offscreen_canvas: drawn } = canvas as IDrawn;
  return new Promise(resolve => {
    if (drawn instanceof HTMLCanvasElement && drawn.width && drawn.height) {
      drawn.toBlob(resolve);
    } else {
      resolve(null);
    }
  });
}
