/**
 * All open notebooks and code consoles, and which of them is current.
 */
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { FocusTracker } from '@lumino/widgets';

import type { IPlotPanels, PlotPanel } from '../tokens';

/** Follows the notebooks of a tracker, and the consoles that are added. */
export class PlotPanels implements IPlotPanels {
  /** Begin with the notebooks of `tracker`; it lives as long as the application. */
  constructor(tracker: INotebookTracker) {
    this._tracker = tracker;
    this._focus.currentChanged.connect((_, { newValue }) =>
      this._select(newValue)
    );
    tracker.forEach(panel => this.add(panel));
    tracker.widgetAdded.connect((_, panel) => this.add(panel), this);
    tracker.currentChanged.connect((_, panel) => this._select(panel), this);
    this._select(tracker.currentWidget);
  }

  get currentWidget(): PlotPanel | null {
    return this._current;
  }

  get currentChanged(): ISignal<this, PlotPanel | null> {
    return this._currentChanged;
  }

  get widgetAdded(): ISignal<this, PlotPanel> {
    return this._widgetAdded;
  }

  add(panel: PlotPanel): void {
    this._panels.add(panel);
    this._focus.add(panel);
    panel.disposed.connect(() => {
      this._panels.delete(panel);
      this._select(null);
    });
    this._widgetAdded.emit(panel);
  }

  find(isWanted: (panel: PlotPanel) => boolean): PlotPanel | undefined {
    const current = this._current;
    return current && isWanted(current)
      ? current
      : [...this._panels].find(isWanted);
  }

  forEach(use: (panel: PlotPanel) => void): void {
    this._panels.forEach(use);
  }

  /** Make a panel the current one; with null, another in place of one that is gone. */
  private _select(panel: PlotPanel | null): void {
    const current =
      this._current && this._panels.has(this._current) ? this._current : null;
    const next =
      panel ?? current ?? this._tracker.currentWidget ?? [...this._panels][0];
    if ((next ?? null) !== this._current) {
      this._current = next ?? null;
      this._currentChanged.emit(this._current);
    }
  }

  private _current: PlotPanel | null = null;
  private _currentChanged = new Signal<this, PlotPanel | null>(this);
  private readonly _focus = new FocusTracker<PlotPanel>();
  private readonly _panels = new Set<PlotPanel>();
  private readonly _tracker: INotebookTracker;
  private _widgetAdded = new Signal<this, PlotPanel>(this);
}
