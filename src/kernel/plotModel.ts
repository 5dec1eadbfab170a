/**
 * Follows the plots of one kernel.
 */
import type { KernelMessage, ServerConnection } from '@jupyterlab/services';
import { VDomModel } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { PlotState, PlotStatus } from '../plotState';
import type { FigureChoice, IPlotModel, IPreferences } from '../tokens';
import { forget, getState, reinit, removeFigure, setPaused } from './api';
import type { ICellFigures } from './iopub';
import { cellFiguresIn, plotStateIn } from './iopub';
import type { KernelEvent } from './restartWatcher';
import { RestartWatcher } from './restartWatcher';
import { StateCache } from './stateCache';

/**
 * Follows the kernel of one session context and keeps its plot state.
 *
 * The state comes from the agent's messages, after each cell that changes
 * something. The server is asked only when a connection comes up and after a
 * restart.
 */
export class PlotModel extends VDomModel implements IPlotModel {
  /** Follow the kernel of `options.context`. */
  constructor(options: PlotModel.IOptions) {
    super();
    this._options = options;
    const { context } = options;
    this._watcher = new RestartWatcher(context);
    this._watcher.happened.connect(this._onHappened, this);
    context.iopubMessage.connect(this._onMessage, this);
    this._hadKernel = this.kernelId !== '';
    if (context.session?.kernel?.connectionStatus === 'connected') {
      void this.refresh();
    }
  }

  get state(): PlotState | null {
    return this._cache.state;
  }

  get error(): string {
    return this._cache.error;
  }

  get status(): PlotStatus | null {
    return this.kernelId ? this._cache.status : null;
  }

  get kernelId(): string {
    const kernel = this._options.context.session?.kernel;
    return kernel && kernel.status !== 'dead' ? kernel.id : '';
  }

  get ended(): ISignal<this, void> {
    return this._ended;
  }

  get outcome(): ISignal<this, PlotState> {
    return this._outcome;
  }

  drawnIn(cell: string): ICellFigures['figures'] | null {
    return this._drawn.get(cell) ?? null;
  }

  async refresh(): Promise<void> {
    const state = await this._ask(getState);
    if (state?.status === 'restoring') {
      await this._restore();
    }
  }

  reinit(
    figures: FigureChoice = 'auto',
    backend?: string
  ): Promise<PlotState | null> {
    if (figures !== 'none') {
      this._cache.expectRestore();
      this.stateChanged.emit();
    }
    return this._ask((settings, id) => reinit(settings, id, figures, backend));
  }

  removeFigure(figure: string): Promise<PlotState | null> {
    return this._ask((settings, id) => removeFigure(settings, id, figure));
  }

  setPaused(paused: boolean): Promise<PlotState | null> {
    return this._ask((settings, id) => setPaused(settings, id, paused));
  }

  forget(): Promise<PlotState | null> {
    return this._ask(async (settings, id) => {
      await forget(settings, id);
      return getState(settings, id);
    });
  }

  /** Stop following. */
  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._options.context.iopubMessage.disconnect(this._onMessage, this);
    this._watcher.dispose();
    super.dispose();
    Signal.clearData(this);
  }

  private _onHappened(sender: RestartWatcher, event: KernelEvent): void {
    switch (event) {
      case 'changed':
        // Before the first kernel there is no process that could have ended.
        if (this._hadKernel) {
          this._ended.emit();
        }
        this._hadKernel = this.kernelId !== '';
        this._drawn.clear();
        this._cache.clear();
        break;
      case 'lost':
        this._ended.emit();
        this._cache.request();
        this._cache.expectRestore();
        break;
      case 'connected':
        void this.refresh();
        return;
      case 'restarted':
        // There is nothing to restore in a kernel without Python, nor by a guard
        // that is switched off: only the badge has to know.
        if (
          this.state?.status === 'unsupported' ||
          !this._options.preferences.enabled
        ) {
          void this.refresh();
        } else {
          void this._restore();
        }
        return;
    }
    this.stateChanged.emit();
  }

  /** Restore without a request of the user, and announce the outcome. */
  private async _restore(): Promise<void> {
    const state = await this.reinit();
    if (state) {
      this._outcome.emit(state);
    }
  }

  private _onMessage(sender: unknown, message: KernelMessage.IMessage): void {
    const state = plotStateIn(message);
    if (state) {
      const drawn = cellFiguresIn(message);
      if (drawn) {
        this._drawn.set(drawn.cell, drawn.figures);
      }
      this._cache.receive(state);
      this.stateChanged.emit();
    }
  }

  /** Send one request about the kernel, and keep its answer while its ticket is valid. */
  private async _ask(
    request: (
      settings: ServerConnection.ISettings,
      kernelId: string
    ) => Promise<PlotState>
  ): Promise<PlotState | null> {
    const { context, explain } = this._options;
    const kernel = context.session?.kernel;
    if (!kernel) {
      return null;
    }
    const ticket = this._cache.request();
    try {
      const state = await request(kernel.serverSettings, kernel.id);
      if (this.isDisposed || !this._cache.answer(ticket, state)) {
        return null;
      }
      this.stateChanged.emit();
      return state;
    } catch (error) {
      if (!this.isDisposed && this._cache.fail(ticket, explain(error))) {
        this.stateChanged.emit();
      }
      return null;
    }
  }

  private readonly _cache = new StateCache();
  /** The figures that each cell has drawn. */
  private readonly _drawn = new Map<string, ICellFigures['figures']>();
  private _ended = new Signal<this, void>(this);
  /** Whether there was a kernel, whose process may end. */
  private _hadKernel: boolean;
  private readonly _options: PlotModel.IOptions;
  private _outcome = new Signal<this, PlotState>(this);
  private readonly _watcher: RestartWatcher;
}

/** The types of a plot model. */
export namespace PlotModel {
  /** The options of a plot model. */
  export interface IOptions {
    /** The session context whose kernel is followed. */
    readonly context: RestartWatcher.IContext;
    /** The user's choices, read each time that they matter. */
    readonly preferences: Readonly<IPreferences>;
    /** Returns an error between page and server as a sentence. */
    readonly explain: (error: unknown) => string;
  }
}
