/**
 * Which plots the present incarnation of a kernel has, according to its plot state.
 */
import type { ISessionContext } from '@jupyterlab/apputils';

import type { PlotStatus } from '../plotState';
import type { IPlotModel } from '../tokens';

/**
 * How far the plot state is reliable: there is no kernel (`none`); it says
 * which plots there are (`known`); that may change in a moment (`unsettled`);
 * or it says nothing (`unknown`), as for a kernel without Python.
 */
export type KernelPlots = 'none' | 'known' | 'unsettled' | 'unknown';

/** The plots in the kernel. */
export interface IAvailability {
  /** How far the plot state is reliable. Unless it is `known`, there are no plots. */
  readonly kernel: KernelPlots;
  /** The model ids of the canvases that the kernel has. */
  readonly canvases: ReadonlySet<string>;
  /** The model ids of the canvases that are offered. */
  readonly offered: ReadonlySet<string>;
  /** The ids of the figures that the kernel has, the restored ones included. */
  readonly figures: ReadonlySet<string>;
  /** Whether all figures of the incarnation before were restored. */
  readonly isComplete: boolean;
}

/** The part of a session context that shows whether there is a kernel. */
export type IContext = Pick<
  ISessionContext,
  'hasNoKernel' | 'isReady' | 'path' | 'session' | 'sessionManager'
>;

const NOTHING: Omit<IAvailability, 'kernel'> = {
  canvases: new Set(),
  offered: new Set(),
  figures: new Set(),
  isComplete: false
};

/** Return which plots the kernel in `context` has, whose plots `model` follows. */
export function availabilityOf(
  model: Pick<IPlotModel, 'error' | 'state' | 'status'>,
  context: IContext
): IAvailability {
  const { error, state, status } = model;
  const kernel = isWithoutKernel(context)
    ? 'none'
    : kernelPlotsOf(status, error !== '');
  if (kernel !== 'known' || !state) {
    return { kernel, ...NOTHING };
  }
  const missing = state.last_restore?.missing ?? [];
  const isRestored = !!state.last_restore?.restored.includes('figures');
  // What is not restored yet is in the list, too, and is not open.
  const isWaiting =
    status === 'offered' || (status === 'paused' && !isRestored);
  const canvases = new Set<string>();
  const offered = new Set<string>();
  for (const { canvas, open } of state.figures) {
    if (canvas && (open || !isWaiting)) {
      canvases.add(canvas);
    } else if (canvas && status === 'offered') {
      offered.add(canvas);
    }
  }
  return {
    kernel,
    canvases,
    offered,
    figures: new Set(isWaiting ? [] : state.figures.map(({ id }) => id)),
    isComplete: isRestored && !isWaiting && !missing.length
  };
}

/** Return how far a plot state is reliable, from its status and whether the server has failed to answer. */
function kernelPlotsOf(
  status: PlotStatus | null,
  isUnanswered: boolean
): KernelPlots {
  switch (status) {
    case 'absent':
    case 'live':
    case 'restored':
    case 'partial':
    case 'offered':
    case 'paused':
      return 'known';
    case 'error':
      // Either the restore has failed, or there is no answer.
      return isUnanswered ? 'unknown' : 'known';
    case 'restoring':
    case 'pending':
      return 'unsettled';
    case 'unsupported':
    case null:
      return 'unknown';
  }
}

/** Return whether there is no kernel, and none will start. */
function isWithoutKernel(context: IContext): boolean {
  const { hasNoKernel, isReady, path, session, sessionManager } = context;
  if (session?.kernel) {
    return session.kernel.status === 'dead';
  }
  // A context whose user has chosen no kernel never becomes ready.
  return (
    hasNoKernel &&
    (isReady ||
      (sessionManager.isReady &&
        ![...sessionManager.running()].some(each => each.path === path)))
  );
}
