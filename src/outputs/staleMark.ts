/**
 * The mark on a plot that the present process of the kernel has not drawn.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import { staleIcon } from '../ui/icons';
import { outputTexts } from '../ui/messages';

/** A small clock beside the plot, with its meaning in a tooltip. */
export class StaleMark extends Widget {
  /** Make the mark. */
  constructor(trans: TranslationBundle) {
    super();
    this.addClass('jp-MplGuard-stale');
    const sentence = outputTexts(trans).stale;
    this.node.setAttribute('role', 'img');
    this.node.setAttribute('aria-label', sentence);
    this.node.title = sentence;
    staleIcon.element({ container: this.node });
  }
}
