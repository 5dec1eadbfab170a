/**
 * One plot model for each notebook's kernel connection.
 */
import type { ISessionContext } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { PlotModel } from './plotModel';
import type { PlotState } from '../plotState';

/** The plot models of all open notebooks. */
export interface IPlotModels {
  /** The user's choices, which all models share. */
  preferences: PlotModel.IPreferences;
  /** Emitted when any model or preference changes, or another notebook becomes current. */
  readonly changed: ISignal<IPlotModels, void>;
  /** Emitted when a restore that nobody asked for has ended. */
  readonly outcome: ISignal<IPlotModels, IOutcome>;
  /** The model of a notebook; all views of one notebook share it. */
  of(panel: NotebookPanel): PlotModel;
  /** The model of a kernel or, without an id, of the current notebook. */
  find(kernelId?: string): PlotModel | null;
  /** Tell that the preferences have changed. */
  touch(): void;
}

/** A restore that has ended. */
export interface IOutcome {
  /** The model whose kernel was restored. */
  model: PlotModel;
  /** The state that it ended in. */
  state: PlotState;
}

/** Gives other plugins the plot models. */
export const IPlotModels = new Token<IPlotModels>(
  'jupyter-mpl-guard:IPlotModels',
  'The plot models of all open notebooks.'
);

/** Makes a model for each notebook as it opens, and disposes it with the notebook. */
export class PlotModels implements IPlotModels {
  /** Follow the notebooks of `tracker`; it lives as long as the application. */
  constructor(tracker: INotebookTracker, trans: TranslationBundle) {
    this._tracker = tracker;
    this._trans = trans;
    tracker.forEach(panel => {
      this.of(panel);
    });
    // Restarts are answered in notebooks whose toolbar has no badge, too.
    tracker.widgetAdded.connect((_, panel) => {
      this.of(panel);
    }, this);
    tracker.currentChanged.connect(this._onChanged, this);
  }

  readonly preferences: PlotModel.IPreferences = {
    enabled: true,
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
        trans: this._trans
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
  private readonly _models = new Map<ISessionContext, PlotModel>();
  private _outcome = new Signal<IPlotModels, IOutcome>(this);
  private readonly _tracker: INotebookTracker;
  private readonly _trans: TranslationBundle;
}
