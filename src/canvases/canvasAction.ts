/**
 * Decides what to do with an output that shows, or has shown, a canvas.
 */
import type { KernelPlots } from '../kernel/availability';

/** What the output shows at the moment. */
export type CanvasView =
  /** A canvas that the kernel has. */
  | 'live'
  /** A canvas of a process that has ended, or of none. */
  | 'dead'
  /** A canvas that was closed, or that another one replaces. */
  | 'replaced'
  /** An error in place of a canvas. */
  | 'error'
  /** Nothing yet. */
  | 'loading'
  /** Something that is not known. */
  | 'unknown';

/** What the page has under the id of the canvas: a live model, one that may still arrive, or none. */
export type PageModel = 'live' | 'loading' | 'missing';

/** Whether the kernel has the canvas: no, yes, or yes and the page has requested it without success. */
export type KernelCanvas = 'missing' | 'present' | 'fetched';

/**
 * What to do: keep what the output shows and remove what the page has
 * added (`keep`); draw the output again (`redraw`); fetch the canvas from the
 * kernel (`fetch`); show a picture in its place (`placeholder`); or change
 * nothing for now (`wait`).
 */
export type CanvasAction = 'keep' | 'redraw' | 'fetch' | 'placeholder' | 'wait';

/** What is known about the canvas of an output. */
export interface ICanvasFacts {
  /** What the output shows. */
  readonly view: CanvasView;
  /** What the page has. */
  readonly model: PageModel;
  /** What the kernel has, according to the plot state. */
  readonly canvas: KernelCanvas;
  /** How far the plot state is reliable. */
  readonly kernel: KernelPlots;
}

/** Return the action for an output. */
export function canvasAction({
  view,
  model,
  canvas,
  kernel
}: ICanvasFacts): CanvasAction {
  if (view === 'unknown') {
    return 'wait';
  }
  if (kernel === 'none') {
    return 'placeholder';
  }
  if (view === 'live') {
    return 'keep';
  }
  if (view === 'loading') {
    return 'wait';
  }
  if (model === 'live') {
    return 'redraw';
  }
  if (kernel !== 'known' || model === 'loading') {
    return 'wait';
  }
  if (canvas === 'present') {
    return 'fetch';
  }
  if (view === 'error' && canvas === 'fetched') {
    return 'wait'; // the error says why the page cannot draw it: its ipympl may not match that of the kernel
  }
  // A figure that was closed in this incarnation keeps its last picture.
  return view === 'replaced' ? 'wait' : 'placeholder';
}
