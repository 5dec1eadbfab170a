/**
 * Which plots are there in the present life of a kernel, as far as its plot state tells.
 */
import type { ISessionContext } from '@jupyterlab/apputils';

import type { PlotModel } from './plotModel';

/** What there is of plots in the kernel. */
export interface IPresence {
  /**
   * What the plot state is good for: there is no kernel (`none`); it says what
   * there is (`known`); that may change by itself in a moment (`unsettled`); or
   * nobody can say (`unknown`), as of a kernel that is not Python.
   */
  readonly kernel: 'none' | 'known' | 'unsettled' | 'unknown';
  /** The model ids of the canvases that the kernel has. */
  readonly canvases: ReadonlySet<string>;
  /** The model ids of the canvases that are offered. */
  readonly offered: ReadonlySet<string>;
  /** The ids of the figures that the kernel has, those of its life before among them that are back. */
  readonly figures: ReadonlySet<string>;
  /** Whether the figures of the kernel's life before are all back. */
  readonly isComplete: boolean;
}

/** The part of a session context that tells whether there is a kernel. */
export type IContext = Pick<
  ISessionContext,
  'hasNoKernel' | 'isReady' | 'path' | 'session' | 'sessionManager'
>;

const NOTHING: Omit<IPresence, 'kernel'> = {
  canvases: new Set(),
  offered: new Set(),
  figures: new Set(),
  isComplete: false
};

/** What a plot model knows of it now, of the kernel in `context`. */
export function presenceOf(
  model: Pick<PlotModel, 'error' | 'state' | 'status'>,
  context: IContext
): IPresence {
  const { state, status } = model;
  const kernel = isWithoutKernel(context) ? 'none' : judge(model);
  if (kernel !== 'known' || !state) {
    return { kernel, ...NOTHING };
  }
  const missing = state.last_restore?.missing ?? [];
  const isBack = !!state.last_restore?.restored.includes('figures');
  // What waits to be brought back is in the list, too, and is not open.
  const isWaiting = status === 'offered' || (status === 'paused' && !isBack);
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
    isComplete: isBack && !isWaiting && !missing.length
  };
}

/** Whether there is no kernel, and none on its way. */
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

function judge({
  error,
  status
}: Pick<PlotModel, 'error' | 'status'>): IPresence['kernel'] {
  switch (status) {
    case 'absent':
    case 'live':
    case 'restored':
    case 'partial':
    case 'offered':
    case 'paused':
      return 'known';
    case 'error':
      // Either the restore has failed, or nobody has answered.
      return error ? 'unknown' : 'known';
    case 'restoring':
    case 'pending':
      return 'unsettled';
    case 'unsupported':
    case null:
      return 'unknown';
  }
}
