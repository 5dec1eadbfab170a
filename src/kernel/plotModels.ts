/**
 * One plot model for the kernel of each open notebook and console.
 */
import type { ISessionContext } from '@jupyterlab/apputils';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { PlotState } from '../plotState';
import type {
  IOutcome,
  IPlotModels,
  IPlotPanels,
  IPreferences,
  PlotPanel
} from '../tokens';
import { PlotModel } from './plotModel';

/** Makes a model for each notebook or console that opens, and disposes of it when that closes. */
export class PlotModels implements IPlotModels {
  /**
   * Follow `panels`; it lives as long as the application.
   *
   * @param explain - returns an error between page and server as a sentence
   */
  constructor(
    readonly panels: IPlotPanels,
    explain: (error: unknown) => string
  ) {
    this._explain = explain;
    panels.forEach(panel => {
      this.of(panel);
    });
    // A notebook whose toolbar has no badge is followed, too.
    panels.widgetAdded.connect((_, panel) => {
      this.of(panel);
    }, this);
    panels.currentChanged.connect(this._onChanged, this);
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

  of(panel: PlotPanel): PlotModel {
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
    const panel = this.panels.currentWidget;
    return panel ? this.of(panel) : null;
  }

  touch(): void {
    this._onChanged();
  }

  private _onChanged(): void {
    this._changed.emit();
  }

  private _onOutcome(model: PlotModel, state: PlotState): void {
    // A notebook and its console have one kernel, and one outcome of its restore.
    if (this.find(model.kernelId) === model) {
      this._outcome.emit({ model, state });
    }
  }

  private _onDisposed(context: ISessionContext): void {
    this._models.get(context)?.dispose();
    this._models.delete(context);
  }

  private _changed = new Signal<IPlotModels, void>(this);
  private readonly _explain: (error: unknown) => string;
  private readonly _models = new Map<ISessionContext, PlotModel>();
  private _outcome = new Signal<IPlotModels, IOutcome>(this);
}
