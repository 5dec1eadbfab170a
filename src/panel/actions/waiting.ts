/**
 * Says that a kernel is busy.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { PlotPanel } from '../../tokens';
import { notifyWaiting } from '../../ui/notifications';
import { panelTexts } from '../../ui/panelTexts';

/** Say so when a kernel cannot do at once what it is asked for. */
export function sayWhetherItWaits(
  { sessionContext }: PlotPanel,
  trans: TranslationBundle
): void {
  if (sessionContext.session?.kernel?.status === 'busy') {
    notifyWaiting(panelTexts(trans).waits);
  }
}
