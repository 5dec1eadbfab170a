/**
 * What the page knows of the plots of one kernel.
 */
import { VDomModel } from '@jupyterlab/ui-components';
import type { KernelMessage, ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { Figures } from './api';
import { forget, getState, reinit, setPaused } from './api';
import { Knowledge } from './stateCache';
import type { PlotState, PlotStatus } from '../plotState';
import { published } from './iopub';
import type { KernelEvent } from './restartWatcher';
import { RestartWatcher } from './restartWatcher';
import { explain } from '../ui/messages';

/**
 * Follows the kernel of one session context and holds its plot state.
 *
 * The state comes from the agent's own messages, after each cell that changes
 * something; the server is asked only when a connection comes up and after a
 * restart. An answer that something newer has overtaken is dropped.
 */
export class PlotModel extends VDomModel {
  /** Start following the kernel of `options.context`. */
  constructor(options: PlotModel.IOptions) {
    super();
    this._context = options.context;
    this._preferences = options.preferences;
    this._trans = options.trans;
    this._watcher = new RestartWatcher(options.context);
    this._watcher.happened.connect(this._onHappened, this);
    this._context.iopubMessage.connect(this._onMessage, this);
    this._begun = this.kernelId !== '';
    if (this._context.session?.kernel?.connectionStatus === 'connected') {
      void this.refresh();
    }
  }

  /** The plot state as last heard, if any; of the old process during a restart. */
  get state(): PlotState | null {
    return this._known.state;
  }

  /** What went wrong between page and server, as a sentence; empty if nothing did. */
  get error(): string {
    return this._known.error;
  }

  /** The status to show, or null while there is nothing to tell. */
  get status(): PlotStatus | null {
    return this.kernelId ? this._known.status : null;
  }

  /** The id of the kernel, or empty when there is none. */
  get kernelId(): string {
    const kernel = this._context.session?.kernel;
    return kernel && kernel.status !== 'dead' ? kernel.id : '';
  }

  /** Emitted when a process of the kernel's has ended, while its state is still known. */
  get ended(): ISignal<this, void> {
    return this._ended;
  }

  /** Emitted with the plot state that a restore nobody asked for ended in. */
  get outcome(): ISignal<this, PlotState> {
    return this._outcome;
  }

  /** Ask the server for the state, and for the outcome of a restore under way. */
  async refresh(): Promise<void> {
    const state = await this._ask(getState);
    if (state?.status === 'restoring') {
      await this._restore();
    }
  }

  /**
   * Restore settings and, as `figures` says, figures; `none` ends an offer.
   *
   * @returns the plot state that it ended in; null when it failed (see `error`)
   * or something newer has overtaken it
   */
  reinit(figures: Figures = 'auto'): Promise<PlotState | null> {
    if (figures !== 'none') {
      this._known.expectRestore();
      this.stateChanged.emit();
    }
    return this._ask((settings, id) => reinit(settings, id, figures));
  }

  /** Switch the guard off or on for this kernel. */
  setPaused(paused: boolean): Promise<PlotState | null> {
    return this._ask((settings, id) => setPaused(settings, id, paused));
  }

  /** Delete what the kernel has saved about its plots. */
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
    this._context.iopubMessage.disconnect(this._onMessage, this);
    this._watcher.dispose();
    super.dispose();
    Signal.clearData(this);
  }

  private _onHappened(sender: RestartWatcher, event: KernelEvent): void {
    switch (event) {
      case 'changed':
        // The first kernel takes over from nobody.
        if (this._begun) {
          this._ended.emit();
        }
        this._begun = this.kernelId !== '';
        this._known.forget();
        break;
      case 'lost':
        this._ended.emit();
        this._known.turn();
        this._known.expectRestore();
        break;
      case 'connected':
        void this.refresh();
        return;
      case 'restarted':
        // Nothing to restore in a kernel that is not Python, nor by a guard
        // that is switched off: the badge only has to know.
        if (
          this.state?.status === 'unsupported' ||
          !this._preferences.enabled
        ) {
          void this.refresh();
        } else {
          void this._restore();
        }
        return;
    }
    this.stateChanged.emit();
  }

  /** Restore without being asked, and tell the outcome. */
  private async _restore(): Promise<void> {
    const state = await this.reinit();
    if (state) {
      this._outcome.emit(state);
    }
  }

  private _onMessage(sender: unknown, message: KernelMessage.IMessage): void {
    const state = published(message);
    if (state) {
      this._known.hear(state);
      this.stateChanged.emit();
    }
  }

  /**
   * Send one request about the kernel and take its answer as the state, unless
   * something newer was asked or heard meanwhile.
   */
  private async _ask(
    request: (
      settings: ServerConnection.ISettings,
      kernelId: string
    ) => Promise<PlotState>
  ): Promise<PlotState | null> {
    const kernel = this._context.session?.kernel;
    if (!kernel) {
      return null;
    }
    const turn = this._known.turn();
    try {
      const state = await request(kernel.serverSettings, kernel.id);
      if (this.isDisposed || !this._known.answer(turn, state)) {
        return null;
      }
      this.stateChanged.emit();
      return state;
    } catch (error) {
      const sentence = explain(error, this._trans);
      if (!this.isDisposed && this._known.fail(turn, sentence)) {
        this.stateChanged.emit();
      }
      return null;
    }
  }

  /** Whether there is a kernel that may end. */
  private _begun: boolean;
  private readonly _context: PlotModel.IContext;
  private _ended = new Signal<this, void>(this);
  private readonly _known = new Knowledge();
  private _outcome = new Signal<this, PlotState>(this);
  private readonly _preferences: PlotModel.IPreferences;
  private readonly _trans: TranslationBundle;
  private readonly _watcher: RestartWatcher;
}

/** The types that a model works with. */
export namespace PlotModel {
  /** The part of a session context that a model looks at. */
  export type IContext = RestartWatcher.IContext;

  /** What the user has chosen in the settings. */
  export interface IPreferences {
    /** Whether a restart is answered with a restore. */
    enabled: boolean;
    /** Whether plots from before a restart are marked. */
    markStalePlots: boolean;
    /** Whether a notification tells what did not come back. */
    notify: boolean;
  }

  /** What a model needs. */
  export interface IOptions {
    /** The session context whose kernel is followed. */
    context: IContext;
    /** The user's choices, read each time they matter. */
    preferences: Readonly<IPreferences>;
    /** The translations of this extension. */
    trans: TranslationBundle;
  }
}
