/**
 * The sentences and labels that users read, except those of commands, of figures and of the panel.
 */
import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { ServerHalfMissing } from '../kernel/request';
import type { PlotState, PlotStatus, RestoreTrigger } from '../plotState';

/** The subject of a message: a status, and the state or error behind it. */
export interface ISubject {
  /** The status that is shown. */
  readonly status: PlotStatus | null;
  /** The last plot state received. */
  readonly state: PlotState | null;
  /** What went wrong between page and server; empty when nothing did. */
  readonly error: string;
}

/** Return the full description: the status, the plots, and the message of the kernel. */
export function describe(subject: ISubject, trans: TranslationBundle): string {
  const { state, status, error } = subject;
  const first = summary(subject, trans);
  const sentences = [first];
  if (state && !error && status !== 'restoring') {
    if (status === 'offered') {
      sentences.push(trans.__('A click restores what is offered.'));
    }
    if (state.backend && status !== 'paused') {
      sentences.push(
        // The list also has the figures that are offered.
        state.figures.length && status !== 'offered'
          ? trans._n(
              'Backend %2 with %1 figure.',
              'Backend %2 with %1 figures.',
              state.figures.length,
              state.backend
            )
          : trans.__('Backend %1.', state.backend)
      );
    }
    const unsaved = state.figures.filter(({ saved }) => !saved).length;
    if (unsaved && status !== 'paused') {
      sentences.push(
        trans._n(
          '%1 figure is not saved.',
          '%1 figures are not saved.',
          unsaved
        )
      );
    }
    sentences.push(...missingParts(state, trans));
    if (status !== 'error' && state.message && state.message !== first) {
      sentences.push(state.message);
    }
  }
  return sentences.join(' ');
}

/** Return the status as one sentence, and one more when something is missing. */
export function summary(
  { status, state, error }: ISubject,
  trans: TranslationBundle
): string {
  switch (status) {
    case null:
      return trans.__('Nothing is known about plots yet.');
    case 'unsupported':
      return trans.__('Plots are kept over restarts in Python kernels only.');
    case 'absent':
      return trans.__('Matplotlib is not in use in this kernel.');
    case 'live':
      return trans.__('Plotting settings are kept over kernel restarts.');
    case 'restoring':
      return trans.__('Plotting settings are being restored.');
    case 'restored':
    case 'partial':
      return restoreSummary(state, trans);
    case 'offered':
      // Only the kernel can distinguish the figures that are offered from those
      // that it has: closed ones may be either.
      return (
        state?.message ||
        trans.__('Figures from before the restart can be restored.')
      );
    case 'pending':
      return trans.__(
        'The kernel is busy; plotting settings are restored when it is idle.'
      );
    case 'paused':
      return trans.__('Keeping plots over restarts is paused for this kernel.');
    case 'error':
      return (
        error ||
        state?.message ||
        trans.__('Restoring plotting settings failed.')
      );
  }
}

/** Return one sentence for each part that was not restored. */
export function missingParts(
  state: PlotState,
  trans: TranslationBundle
): string[] {
  return (state.last_restore?.missing ?? []).map(({ what, why }) =>
    trans.__('Missing: %1 (%2).', what, why.replace(/\.\s*$/, ''))
  );
}

/** Return an error between page and server as a sentence that says what to do. */
export function explain(error: unknown, trans: TranslationBundle): string {
  if (error instanceof ServerHalfMissing) {
    return trans.__(
      'The server half of jupyter-mpl-guard does not answer. Install it with "pip install jupyter-mpl-guard" in the environment of the Jupyter server, enable it with "jupyter server extension enable jupyter_mpl_guard" and restart the server.'
    );
  }
  if (error instanceof ServerConnection.NetworkError) {
    return trans.__(
      'The Jupyter server cannot be reached. Check the connection, then reinitialise.'
    );
  }
  return error instanceof Error ? error.message : String(error);
}

/** Return the short text of the badge. */
export function badgeLabel(
  { status, state }: ISubject,
  trans: TranslationBundle
): string {
  switch (status) {
    case 'restoring':
      return trans.__('restoring…');
    case 'pending':
      return trans.__('waiting…');
    case 'paused':
      return trans.__('paused');
    case 'error':
      return trans.__('plot error');
    case 'offered':
      // Only data is on offer where the list of figures is empty.
      return state?.data?.offered && !state.figures.length
        ? trans.__('restore data')
        : trans.__('restore figures');
    case 'absent':
    case 'live':
    case 'partial':
    case 'restored':
    case 'unsupported':
    case null:
      break;
  }
  if (!state?.backend) {
    return trans.__('plots');
  }
  const count = state.figures.length;
  return count ? `${state.backend} · ${count}` : state.backend;
}

/** Return the texts of what is added to outputs. */
export const outputTexts = (trans: TranslationBundle) => ({
  stale: trans.__(
    'This plot is from before the restart. Run the cell again to draw it anew.'
  ),
  placeholder: trans.__('From before the restart'),
  noPicture: trans.__(
    'This plot is gone, and its output holds no picture of it: run the cell again.'
  ),
  notInKernel: trans.__(
    'The figure of this plot is not in the kernel. Run the cell again to draw it anew.'
  ),
  restore: trans.__('Restore figures'),
  figure: trans.__('Figure')
});

/** Return what a restore has restored, and how much it has not. */
function restoreSummary(
  state: PlotState | null,
  trans: TranslationBundle
): string {
  const restore = state?.last_restore;
  const missing = restore?.missing.length ?? 0;
  const sentences: string[] = [];
  if (restore?.restored.length) {
    const list = restore.restored.map(part => partName(part, trans)).join(', ');
    sentences.push(
      restoredSentence(restore.trigger, list, trans, {
        isFirst: state?.incarnation === 1,
        hasMore: restore.restored.some(part => MORE_THAN_SETTINGS.has(part))
      })
    );
  } else if (!missing) {
    sentences.push(trans.__('There was nothing to restore.'));
  }
  if (missing) {
    sentences.push(
      trans._n(
        '%1 thing was not restored.',
        '%1 things were not restored.',
        missing
      )
    );
  }
  return sentences.join(' ');
}

/** The parts of a plot state that are not settings. */
const MORE_THAN_SETTINGS: ReadonlySet<string> = new Set(['figures', 'data']);

/**
 * Return the sentence for the parts in `list`, of the kernel's first incarnation
 * or of a later one, with more than settings among them or not.
 */
function restoredSentence(
  trigger: RestoreTrigger,
  list: string,
  trans: TranslationBundle,
  { isFirst, hasMore }: { isFirst: boolean; hasMore: boolean }
): string {
  switch (trigger) {
    case 'restart':
      // A first incarnation gets what the last kernel of its notebook has saved.
      return isFirst
        ? trans.__("Restored from the notebook's last kernel: %1.", list)
        : trans.__('Restored after the restart: %1.', list);
    case 'crash':
      return trans.__('Restored after the crash: %1.', list);
    case 'manual':
      // A setting chosen a moment ago is in force, not restored.
      return hasMore
        ? trans.__('Restored: %1.', list)
        : trans.__('In force: %1.', list);
  }
}

/** Return the name of a part of the plot state. */
function partName(part: string, trans: TranslationBundle): string {
  switch (part) {
    case 'backend':
      return trans.__('backend');
    case 'interactive':
      return trans.__('interactive mode');
    case 'rc_params':
      return trans.__('rcParams');
    case 'inline':
      return trans.__('inline formats');
    case 'aliases':
      return trans.__('import names');
    case 'figures':
      return trans.__('figures');
    case 'data':
      return trans.__('imports and data');
    default:
      return part;
  }
}
