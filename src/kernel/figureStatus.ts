/**
 * The status of each figure of a plot state: alive, waiting for a click, or gone.
 */
import type { FigureStatus, PlotState, PlotStatus } from '../plotState';

/** One figure of a plot state. */
export type Figure = PlotState['figures'][number];

/** Return whether a figure is in the kernel. */
export function isAlive(status: FigureStatus): boolean {
  return !isFromBefore(status);
}

/** Return whether a figure is from before the restart, and not restored. */
export function isFromBefore(status: FigureStatus): boolean {
  return status === 'offered' || status === 'lost';
}

/**
 * Return the status of a figure.
 *
 * The agent reports it. Where a kernel has an agent that does not, it is
 * derived from the rest of the plot state.
 */
export function statusOf(
  { open, saved, state }: Figure,
  { last_restore }: PlotState,
  status: PlotStatus | null
): FigureStatus {
  if (state) {
    return state;
  }
  if (open) {
    return 'live';
  }
  const isRestored = !!last_restore?.restored.includes('figures');
  if (status === 'offered' || (status === 'paused' && !isRestored)) {
    return 'offered';
  }
  return saved ? 'saved' : 'unsaved';
}
