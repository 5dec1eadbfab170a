/**
 * Says a plot state in sentences for a person.
 */
import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { ServerHalfMissing } from '../kernel/api';
import type { PlotState, PlotStatus, RestoreTrigger } from '../plotState';

/** What there is to say: the status shown, and what is behind it. */
export interface ISubject {
  /** The status that is shown. */
  status: PlotStatus | null;
  /** The plot state as last heard. */
  state: PlotState | null;
  /** What went wrong between page and server; empty if nothing did. */
  error: string;
}

/** The whole of it: the status, what is there, and what the kernel adds. */
export function describe(subject: ISubject, trans: TranslationBundle): string {
  const { state, status, error } = subject;
  const gist = summarise(subject, trans);
  const sentences = [gist];
  if (state && !error && status !== 'restoring') {
    if (status === 'offered') {
      sentences.push(trans.__('A click restores the figures.'));
    }
    if (state.backend && status !== 'paused') {
      sentences.push(
        // The list also has those that are offered.
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
    sentences.push(...complaints(state, trans));
    if (status !== 'error' && state.message && state.message !== gist) {
      sentences.push(state.message);
    }
  }
  return sentences.join(' ');
}

/** The gist: one sentence, and one more where something is missing. */
export function summarise(
  { status, state, error }: ISubject,
  trans: TranslationBundle
): string {
  switch (status) {
    case null:
      return trans.__('There is nothing to tell about plots yet.');
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
      return outcome(state, trans);
    case 'offered':
      // Only the kernel can tell the figures that are offered from those that
      // it has: closed ones may be either.
      return (
        state?.message ||
        trans.__('Figures from before the restart can be restored.')
      );
    case 'pending':
      return trans.__(
        'The kernel is busy; plotting settings come back when it is idle.'
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

/** What did not come back, one sentence each. */
export function complaints(
  state: PlotState,
  trans: TranslationBundle
): string[] {
  return (state.last_restore?.missing ?? []).map(({ what, why }) =>
    trans.__('Missing: %1 (%2).', what, why.replace(/\.\s*$/, ''))
  );
}

/** An error between page and server as a sentence that says what to do. */
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

/** How a restore has ended: what came back, and how much did not. */
function outcome(state: PlotState | null, trans: TranslationBundle): string {
  const restore = state?.last_restore;
  const missing = restore?.missing.length ?? 0;
  const sentences: string[] = [];
  if (restore?.restored.length) {
    const list = restore.restored.map(part => name(part, trans)).join(', ');
    const isFirst = state?.incarnation === 1;
    sentences.push(came(restore.trigger, isFirst, list, trans));
  } else if (!missing) {
    sentences.push(trans.__('There was nothing to bring back.'));
  }
  if (missing) {
    sentences.push(
      trans._n(
        '%1 thing did not come back.',
        '%1 things did not come back.',
        missing
      )
    );
  }
  return sentences.join(' ');
}

function came(
  trigger: RestoreTrigger,
  isFirst: boolean,
  list: string,
  trans: TranslationBundle
): string {
  switch (trigger) {
    case 'restart':
      // The first life of a kernel has what its notebook's last kernel has left.
      return isFirst
        ? trans.__("From the notebook's last kernel this came back: %1.", list)
        : trans.__('After the restart this came back: %1.', list);
    case 'crash':
      return trans.__('After the crash this came back: %1.', list);
    case 'manual':
      return trans.__('This was restored: %1.', list);
  }
}

/** The name of a part of the plot state. */
function name(part: string, trans: TranslationBundle): string {
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
    default:
      return part;
  }
}
