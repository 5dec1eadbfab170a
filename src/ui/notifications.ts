/**
 * Tells the user in a notification how something ended.
 */
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { PlotStatus } from '../plotState';
import type { ISubject } from './messages';
import { complaints, describe, summarise } from './messages';

/** How many characters of a notification JupyterLab shows. */
const LONGEST = 140;

/** How long a notification stays, in milliseconds; a problem stays longer. */
const STAY = { good: 5000, bad: 15000 };

const PROBLEMS: ReadonlySet<PlotStatus | null> = new Set<PlotStatus | null>([
  'partial',
  'error'
]);

/**
 * Say the gist of a subject.
 *
 * What is missing is named where there is room; else the whole is behind a
 * button.
 */
export function tell(subject: ISubject, trans: TranslationBundle): void {
  const gist = summarise(subject, trans);
  const whole = describe(subject, trans);
  const missing = subject.state ? complaints(subject.state, trans) : [];
  const problem = PROBLEMS.has(subject.status) || missing.length > 0;
  const named = [gist, ...missing].join(' ');
  const fits = named.length <= LONGEST;
  Notification.emit(
    fits ? named : gist,
    subject.status === 'error' ? 'error' : problem ? 'warning' : 'success',
    {
      autoClose: problem ? STAY.bad : STAY.good,
      actions: fits
        ? []
        : [
            {
              label: trans.__('Details'),
              callback: () => {
                void showDialog({
                  title: trans.__('Plots of this kernel'),
                  body: whole,
                  buttons: [Dialog.okButton({ label: trans.__('Close') })]
                });
              }
            }
          ]
    }
  );
}
