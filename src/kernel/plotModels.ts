/**
 * One plot model for the kernel of each open notebook.
 */
import type { ISessionContext } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { PlotState } from '../plotState';
import type { IOutcome, IPlotModels, IPreferences } from '../tokens';
import { PlotModel } from './plotModel';

/** Makes a model for each notebook that opens, and disposes of it with the notebook. */
export class PlotModels implements IPlotModels {
  /**
   * Follow the notebooks of `tracker`; it lives as long as the application.
   *
   * @param explain - returns an error between page and server as a sentence
   */
  constructor(tracker: INotebookTracker, explain: (error: unknown) => string) {
    this._tracker = tracker;
    this._explain = explain;
    tracker.forEach(panel => {
      this.of(panel);
    });
    // A notebook whose toolbar has no badge is followed, too.
    tracker.widgetAdded.connect((_, panel) => {
      this.of(panel);
    }, this);
    tracker.currentChanged.connect(this._onChanged, this);
  }

  readonly preferences: IPreferences = {
    enabled: true,
    hints: true,
    markStalePlots: true,
    notify: true
  };

  get changed(): ISignal<IPlotModels, void> {
    return this._changed;
  }

  get outcome(): ISignal<IPlotModels, IOutcome> {
    return this._outcome;
  }

  of(panel: NotebookPanel): PlotModel {
    const context = panel.sessionContext;
    let model = this._models.get(context);
    if (!model) {
      model = new PlotModel({
        context,
        preferences: this.preferences,
        explain: this._explain
      });
      this._models.set(context, model);
      model.stateChanged.connect(this._onChanged, this);
      model.outcome.connect(this._onOutcome, this);
      context.disposed.connect(this._onDisposed, this);
    }
    return model;
  }

  find(kernelId?: string): PlotModel | null {
    if (kernelId) {
      for (const model of this._models.values()) {
        if (model.kernelId === kernelId) {
          return model;
        }
      }
      return null;
    }
    const panel = this._tracker.currentWidget;
    return panel ? this.of(panel) : null;
  }

  touch(): void {
    this._onChanged();
  }

  private _onChanged(): void {
    this._changed.emit();
  }

  private _onOutcome(model: PlotModel, state: PlotState): void {
    this._outcome.emit({ model, state });
  }

  private _onDisposed(context: ISessionContext): void {
    this._models.get(context)?.dispose();
    this._models.delete(context);
  }

  private _changed = new Signal<IPlotModels, void>(this);
  private readonly _explain: (error: unknown) => string;
  private readonly _models = new Map<ISessionContext, PlotModel>();
  private _outcome = new Signal<IPlotModels, IOutcome>(this);
  private readonly _tracker: INotebookTracker;
}
