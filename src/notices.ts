/**
 * Tells the user in a notification how something ended.
 */
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { PlotStatus } from './plotState';
import type { ISubject } from './sentences';
import { complaints, describe, summarise } from './sentences';

/** How long a notification stays, in milliseconds; a problem stays longer. */
const STAY = { good: 5000, bad: 15000 };

const PROBLEMS: ReadonlySet<PlotStatus | null> = new Set<PlotStatus | null>([
  'partial',
  'error'
]);

/**
 * Say the gist of a subject.
 *
 * A notification is cut after 140 characters, so the whole is behind a button
 * where there is more to say than fits.
 */
export function tell(subject: ISubject, trans: TranslationBundle): void {
  const gist = summarise(subject, trans);
  const whole = describe(subject, trans);
  const missing = subject.state ? complaints(subject.state, trans) : [];
  const problem = PROBLEMS.has(subject.status);
  const cut = gist.length > 140 || missing.length > 0;
  Notification.emit(
    gist,
    subject.status === 'error' ? 'error' : problem ? 'warning' : 'success',
    {
      autoClose: problem ? STAY.bad : STAY.good,
      actions: cut
        ? [
            {
              label: trans.__('Details'),
              callback: () => {
                void showDialog({
                  title: trans.__('Plots after the restart'),
                  body: whole,
                  buttons: [Dialog.okButton({ label: trans.__('Close') })]
                });
              }
            }
          ]
        : []
    }
  );
}
