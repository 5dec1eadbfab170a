/**
 * Notifications about how a restore or a command has ended.
 */
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { PlotState, PlotStatus } from '../plotState';
import { dialogTexts } from './commandTexts';
import type { ISubject } from './messages';
import { describe, missingParts, summary } from './messages';

/** How many characters of a notification JupyterLab shows. */
const LONGEST = 140;

/** How long a notification stays, in milliseconds. */
const STAY = { success: 5000, problem: 15000 };

const PROBLEMS: ReadonlySet<PlotStatus | null> = new Set<PlotStatus | null>([
  'partial',
  'error'
]);

/** Return whether an automatic restore that has ended in `state` left something out. */
export function leftSomethingOut(state: PlotState): boolean {
  // While figures are offered, the status does not show what is missing.
  return (
    (state.status === 'partial' || state.status === 'offered') &&
    !!state.last_restore?.missing.length
  );
}

/**
 * Show the summary of a subject, and the missing parts where there is room;
 * else a button opens the whole description.
 */
export function notify(subject: ISubject, trans: TranslationBundle): void {
  const first = summary(subject, trans);
  const missing = subject.state ? missingParts(subject.state, trans) : [];
  const whole = [first, ...missing].join(' ');
  const fits = whole.length <= LONGEST;
  const isProblem = PROBLEMS.has(subject.status) || missing.length > 0;
  Notification.emit(
    fits ? whole : first,
    subject.status === 'error' ? 'error' : isProblem ? 'warning' : 'success',
    {
      autoClose: isProblem ? STAY.problem : STAY.success,
      actions: fits ? [] : [detailsButton(describe(subject, trans), trans)]
    }
  );
}

/** Show that something was done, as a sentence. */
export function notifyDone(sentence: string): void {
  Notification.success(sentence, { autoClose: STAY.success });
}

/** Show that something waits, as a sentence. */
export function notifyWaiting(sentence: string): void {
  Notification.info(sentence, { autoClose: STAY.success });
}

/** Show that something went wrong, as a sentence. */
export function notifyError(sentence: string): void {
  Notification.error(sentence, { autoClose: STAY.problem });
}

function detailsButton(
  body: string,
  trans: TranslationBundle
): Notification.IAction {
  const { open, title, accept } = dialogTexts(trans).details;
  return {
    label: open,
    callback: () => {
      void showDialog({
        title,
        body,
        buttons: [Dialog.okButton({ label: accept })]
      });
    }
  };
}
