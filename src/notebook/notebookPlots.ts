/**
 * The plots in the outputs of all open notebooks.
 */
import type { ILabShell, JupyterFrontEnd } from '@jupyterlab/application';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IStateDB } from '@jupyterlab/statedb';
import type { TranslationBundle } from '@jupyterlab/translation';

import { Decorations } from '../outputs/decorations';
import type { PlotModel } from '../kernel/plotModel';
import type { IPlotModels } from '../kernel/plotModels';
import { OutputAreas } from '../outputs/outputAreas';
import { PlotOutputs } from './outputSync';
import { Staleness } from './staleness';

/** Attends to each notebook's outputs once, however many panels show it. */
export class NotebookPlots {
  /** It lives as long as the application. */
  constructor(models: IPlotModels, options: NotebookPlots.IOptions) {
    this._models = models;
    this._options = options;
    models.changed.connect(this._onChanged, this);
    // Views of single outputs come and go in JupyterLab's shell.
    const { layoutModified } = options.shell as JupyterFrontEnd.IShell &
      Partial<Pick<ILabShell, 'layoutModified'>>;
    layoutModified?.connect(this._onChanged, this);
  }

  /** Attend to the outputs in one more panel, whose plots `model` knows. */
  add(panel: NotebookPanel, model: PlotModel): void {
    const known = this._notebooks.get(model);
    if (known) {
      known.areas.add(panel);
      return;
    }
    const { restore, shell, store, trans } = this._options;
    const areas = new OutputAreas(shell);
    areas.add(panel);
    const outputs = new PlotOutputs({
      areas,
      context: panel.context,
      decorations: new Decorations(() => restore(model), trans),
      model,
      preferences: this._models.preferences,
      staleness: new Staleness(store)
    });
    this._notebooks.set(model, { areas, outputs });
    panel.context.disposed.connect(() => {
      outputs.dispose();
      this._notebooks.delete(model);
    });
  }

  private _onChanged(): void {
    for (const { outputs } of this._notebooks.values()) {
      outputs.schedule();
    }
  }

  private readonly _models: IPlotModels;
  private readonly _notebooks = new Map<
    PlotModel,
    { areas: OutputAreas; outputs: PlotOutputs }
  >();
  private readonly _options: NotebookPlots.IOptions;
}

/** The types that this works with. */
export namespace NotebookPlots {
  /** What it needs. */
  export interface IOptions {
    /** The shell in which notebooks and views of outputs are. */
    shell: JupyterFrontEnd.IShell;
    /** Where marks outlive a reload of the page. */
    store: IStateDB | null;
    /** Restores the offered figures of a kernel. */
    restore: (model: PlotModel) => void;
    /** The translations of this extension. */
    trans: TranslationBundle;
  }
}
