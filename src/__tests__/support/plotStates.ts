/**
 * Plot states to test with.
 */
import type { PlotState } from '../../plotState';

/** A plot state in which plotting works and nothing was restored. */
export function plotState(changes: Partial<PlotState> = {}): PlotState {
  return {
    version: 1,
    kernel_id: 'k1',
    incarnation: 1,
    status: 'live',
    message: '',
    backend: 'inline',
    interactive: true,
    rc_params: {},
    inline: {
      figure_formats: ['png'],
      close_figures: true,
      print_figure_kwargs: {},
      rc: {}
    },
    aliases: { plt: 'matplotlib.pyplot' },
    figures: [],
    data: { saved: 0, bytes: 0, waiting: [], unsaved: [] },
    last_restore: null,
    ...changes
  };
}

/** Some figures. */
export function figures(count: number): PlotState['figures'] {
  return Array.from({ length: count }, (_, index) => ({
    id: `f${index}`,
    number: index + 1,
    label: '',
    names: ['fig'],
    axes: 1,
    bytes: 1000,
    saved: true,
    canvas: null,
    open: true
  }));
}

/** A restore of some parts. */
export function restore(
  changes: Partial<NonNullable<PlotState['last_restore']>> = {}
): PlotState['last_restore'] {
  return {
    trigger: 'restart',
    at: '2026-01-01T00:00:00+00:00',
    took_ms: 10,
    restored: ['backend', 'rc_params'],
    missing: [],
    ...changes
  };
}
