/**
 * Checks data that should be a plot state, before the page relies on it.
 */
import type { PlotState, PlotStatus } from '../plotState';

/** All statuses; the type makes sure that none is forgotten. */
const STATUSES: Readonly<Record<PlotStatus, true>> = {
  absent: true,
  error: true,
  live: true,
  offered: true,
  partial: true,
  paused: true,
  pending: true,
  restored: true,
  restoring: true,
  unsupported: true
};

/**
 * Return a value as a plot state; null when it is none, or has another
 * version. What the page does not read is not checked.
 */
export function plotStateFrom(value: unknown): PlotState | null {
  const state = value as Partial<PlotState> | null | undefined;
  return state?.version === 1 &&
    typeof state.incarnation === 'number' &&
    typeof state.message === 'string' &&
    typeof state.status === 'string' &&
    Object.prototype.hasOwnProperty.call(STATUSES, state.status) &&
    Array.isArray(state.figures) &&
    state.figures.every(figure => typeof figure?.id === 'string') &&
    isRestore(state.last_restore)
    ? (state as PlotState)
    : null;
}

function isRestore(value: PlotState['last_restore'] | undefined): boolean {
  return (
    !value || (Array.isArray(value.restored) && Array.isArray(value.missing))
  );
}
