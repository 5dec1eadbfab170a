/**
 * The mark on a plot that the kernel's process has not drawn.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import { staleIcon } from '../ui/icons';

/** A small clock beside the plot, which says in its tooltip what it means. */
export class StaleMark extends Widget {
  /** Make the mark. */
  constructor(trans: TranslationBundle) {
    super();
    this.addClass('jp-MplGuard-stale');
    const sentence = trans.__(
      'This plot is from before the restart. Run the cell again to draw it anew.'
    );
    this.node.setAttribute('role', 'img');
    this.node.setAttribute('aria-label', sentence);
    this.node.title = sentence;
    staleIcon.element({ container: this.node });
  }
}
