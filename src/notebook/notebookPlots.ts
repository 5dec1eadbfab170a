/**
 * The plots in the outputs of all open notebooks and consoles.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IStateDB } from '@jupyterlab/statedb';
import type { TranslationBundle } from '@jupyterlab/translation';

import { Hints } from '../hints/hints';
import { layoutModifiedOf } from '../internals/jupyterlab';
import { Decorations } from '../outputs/decorations';
import { OutputAreas } from '../outputs/outputAreas';
import { contextOf, isConsole } from '../outputs/plotPanel';
import type { IPlotModel, IPlotModels, PlotPanel } from '../tokens';
import { OutputSync } from './outputSync';
import { Staleness } from './staleness';

/** Synchronises the outputs of each notebook once, however many panels show it. */
export class NotebookPlots {
  /** Begin without notebooks; it lives as long as the application. */
  constructor(models: IPlotModels, options: NotebookPlots.IOptions) {
    this._models = models;
    this._options = options;
    models.changed.connect(this._onChanged, this);
    // Views of single outputs open and close.
    layoutModifiedOf(options.shell)?.connect(this._onChanged, this);
  }

  /** Include the outputs in one more panel, whose plots `model` follows. */
  add(panel: PlotPanel, model: IPlotModel): void {
    const known = this._notebooks.get(model);
    if (known) {
      known.areas.add(panel);
      return;
    }
    const { restore, shell, store, trans } = this._options;
    const areas = new OutputAreas(shell);
    areas.add(panel);
    const { preferences } = this._models;
    const context = contextOf(panel);
    const hints = new Hints({
      model,
      preferences,
      restore: figures => restore(model, figures),
      trans
    });
    const sync = new OutputSync({
      areas,
      context,
      decorations: new Decorations(() => restore(model), trans),
      hints,
      model,
      preferences,
      // What a console shows is gone with the page.
      staleness: new Staleness(isConsole(panel) ? null : store)
    });
    this._notebooks.set(model, { areas, sync });
    context.disposed.connect(() => {
      sync.dispose();
      this._notebooks.delete(model);
    });
  }

  private _onChanged(): void {
    for (const { sync } of this._notebooks.values()) {
      sync.schedule();
    }
  }

  private readonly _models: IPlotModels;
  private readonly _notebooks = new Map<
    IPlotModel,
    { areas: OutputAreas; sync: OutputSync }
  >();
  private readonly _options: NotebookPlots.IOptions;
}

/** The types of the plots in notebooks. */
export namespace NotebookPlots {
  /** The options of the plots in notebooks. */
  export interface IOptions {
    /** The shell in which notebooks and views of outputs are. */
    readonly shell: JupyterFrontEnd.IShell;
    /** Keeps marks over a reload of the page; null when there is none. */
    readonly store: IStateDB | null;
    /** Restores some of the offered figures of a kernel, or all of them. */
    readonly restore: (model: IPlotModel, figures?: readonly string[]) => void;
    /** The translations of this extension. */
    readonly trans: TranslationBundle;
  }
}
