/**
 * How the figures of a plot state stand: alive, waiting for a click, or gone.
 */
import type { FigureStanding, PlotState, PlotStatus } from '../plotState';

/** One figure of a plot state. */
export type Figure = PlotState['figures'][number];

/** Return whether a figure is in the kernel. */
export function isAlive(standing: FigureStanding): boolean {
  return !isFromBefore(standing);
}

/** Return whether a figure is from before the restart, and not restored. */
export function isFromBefore(standing: FigureStanding): boolean {
  return standing === 'offered' || standing === 'lost';
}

/**
 * Return how a figure stands.
 *
 * The agent tells it. Where a kernel has an agent that does not, it is what the
 * rest of the plot state says.
 */
export function standingOf(
  { open, saved, state }: Figure,
  { last_restore }: PlotState,
  status: PlotStatus | null
): FigureStanding {
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
