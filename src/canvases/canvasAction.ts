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

/**
 * Whether the page has a model with the id of the canvas, may still get one,
 * has requested one and may never get an answer, or has none.
 */
export type PageModel = 'live' | 'loading' | 'stuck' | 'missing';

/** Whether the kernel has the canvas: no, yes, or yes and the page has requested it without success. */
export type KernelCanvas = 'missing' | 'present' | 'fetched';

/** The action for an output. */
export type CanvasAction =
  /** Keep what it shows, and remove what the page has added. */
  | 'keep'
  /** Draw it again. */
  | 'redraw'
  /** Fetch the canvas from the kernel. */
  | 'fetch'
  /** Show a picture in place of the canvas. */
  | 'placeholder'
  /** Change nothing for now. */
  | 'wait';

/** The facts about the canvas of an output that decide the action. */
export interface ICanvasFacts {
  /** The canvas or message in the output. */
  readonly view: CanvasView;
  /** Whether the page has its model. */
  readonly model: PageModel;
  /** Whether the kernel has it, according to the plot state. */
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
  if (view === 'loading' && model !== 'stuck') {
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
  return view === 'replaced' || view === 'loading' ? 'wait' : 'placeholder';
}
