/**
 * Notifies that a kernel is busy.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { PlotPanel } from '../../tokens';
import { notifyWaiting } from '../../ui/notifications';
import { panelTexts } from '../../ui/panelTexts';

/** Notify when a busy kernel cannot carry out a request at once. */
export function sayWhetherItWaits(
  { sessionContext }: PlotPanel,
  trans: TranslationBundle
): void {
  if (sessionContext.session?.kernel?.status === 'busy') {
    notifyWaiting(panelTexts(trans).waits);
  }
}
