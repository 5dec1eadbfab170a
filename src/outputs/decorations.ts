/**
 * Adds marks and placeholders to outputs, and removes them; the document does not change.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Panel, Widget } from '@lumino/widgets';

import { focusCell } from '../internals/jupyterlab';
import type { IPlaceholderState } from './deadPlot';
import { DeadPlot } from './deadPlot';
import type { IShownOutput } from './outputAreas';
import { pictureOf } from './plotMime';
import { StaleMark } from './staleMark';

/** The class of the item of an output while it shows a placeholder. */
const DEAD = 'jp-MplGuard-mod-dead';

/** The class of the item of an output while it has a mark. */
const STALE = 'jp-MplGuard-mod-stale';

/**
 * Adds at most one thing to the item of an output: a placeholder or a mark.
 *
 * It disappears with the item when the output does.
 */
export class Decorations {
  /** Call `restore` when the button of a placeholder is pressed. */
  constructor(restore: () => void, trans: TranslationBundle) {
    this._restore = restore;
    this._trans = trans;
  }

  /** Show the picture of a plot in place of the plot. */
  showPlaceholder(
    { area, item, output }: IShownOutput,
    state: IPlaceholderState
  ): void {
    if (!this.hasPlaceholder(item)) {
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
    (this._added.get(item) as DeadPlot).refresh(state);
  }

  /** Return whether an output shows a placeholder. */
  hasPlaceholder(item: Panel): boolean {
    return this._added.get(item) instanceof DeadPlot;
  }

  /** Mark a plot as stale, or remove the mark. */
  mark(item: Panel, isStale: boolean): void {
    if (!isStale) {
      this.clear(item);
    } else if (!this._added.has(item)) {
      this._add(item, new StaleMark(this._trans), STALE);
    }
  }

  /** Remove what was added to an output. */
  clear(item: Panel): void {
    const added = this._added.get(item);
    if (added) {
      const hadFocus = added.node.contains(document.activeElement);
      item.removeClass(added instanceof DeadPlot ? DEAD : STALE);
      added.dispose();
      this._added.delete(item);
      if (hadFocus) {
        focusCell(item.node);
      }
    }
  }

  private _add(item: Panel, widget: Widget, name: string): void {
    item.addClass(name);
    // Last: JupyterLab looks for the renderer of the output among those before.
    item.addWidget(widget);
    this._added.set(item, widget);
  }

  private readonly _added = new WeakMap<Panel, Widget>();
  private readonly _restore: () => void;
  private readonly _trans: TranslationBundle;
}
