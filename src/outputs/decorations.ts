/**
 * What the guard adds to outputs in the page; the document knows nothing of it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Panel, Widget } from '@lumino/widgets';

import { DeadPlot } from './deadPlot';
import type { IShownOutput } from './outputAreas';
import { pictureOf } from './plotMime';
import { StaleMark } from './staleMark';

/** The class of an output's item while a picture stands in place of the output. */
const DEAD = 'jp-MplGuard-mod-dead';

/** The class of an output's item while it carries a mark. */
const STALE = 'jp-MplGuard-mod-stale';

/**
 * Puts at most one thing into the item of an output: a picture or a mark.
 *
 * It goes with the item when the output goes.
 */
export class Decorations {
  /** Call `restore` when the button of a dead plot is pressed. */
  constructor(restore: () => void, trans: TranslationBundle) {
    this._restore = restore;
    this._trans = trans;
  }

  /** Show a plot's picture in place of the plot. */
  bury({ area, item, output }: IShownOutput, isOffered: boolean): void {
    if (!this.isDead(item)) {
      this.clear(item);
      this._add(
        item,
        new DeadPlot({
          picture: pictureOf(output),
          rendermime: area.rendermime,
          restore: this._restore,
          trans: this._trans
        }),
        DEAD
      );
    }
    (this._of(item) as DeadPlot).offer(isOffered);
  }

  /** Whether a picture stands in place of the plot. */
  isDead(item: Panel): boolean {
    return this._of(item) instanceof DeadPlot;
  }

  /** Mark a plot, or take the mark away. */
  mark(item: Panel, isStale: boolean): void {
    if (!isStale) {
      this.clear(item);
    } else if (!this._of(item)) {
      this._add(item, new StaleMark(this._trans), STALE);
    }
  }

  /** Leave a plot as it is without us. */
  clear(item: Panel): void {
    const added = this._of(item);
    if (added) {
      const hadFocus = added.node.contains(document.activeElement);
      item.removeClass(added instanceof DeadPlot ? DEAD : STALE);
      added.dispose();
      this._added.delete(item);
      if (hadFocus) {
        item.node.closest<HTMLElement>('.jp-Cell')?.focus();
      }
    }
  }

  private _of(item: Panel): Widget | undefined {
    return this._added.get(item);
  }

  private _add(item: Panel, widget: Widget, name: string): void {
    item.addClass(name);
    // Last: JupyterLab looks for what draws the output among those before.
    item.addWidget(widget);
    this._added.set(item, widget);
  }

  private readonly _added = new WeakMap<Panel, Widget>();
  private readonly _restore: () => void;
  private readonly _trans: TranslationBundle;
}
