/**
 * The state of the panel: the current notebook, the selected figure, the answers of the kernel.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ServerConnection } from '@jupyterlab/services';
import { VDomModel } from '@jupyterlab/ui-components';

import type { IBackends, ICheck } from '../kernel/figuresApi';
import { getBackends, getDiagnosis } from '../kernel/figuresApi';
import type { IPlotModel, IPlotModels } from '../tokens';
import type { ICard } from './cards';
import { NotebookFigures } from './notebookFigures';

/** An answer of the kernel: not requested, on its way, not available, or received. */
type Asked<T> =
  | { readonly phase: 'idle' | 'loading' | 'busy' }
  | { readonly phase: 'failed'; readonly error: string }
  | { readonly phase: 'done'; readonly value: T };

/** Limits of the size of the pictures, in pixels. */
export const SIZES = { smallest: 96, usual: 208, largest: 480, step: 16 };

const NOT_ASKED = { phase: 'idle' } as const;

/** Follows the current notebook while the panel is visible, and does nothing else. */
export class PanelModel extends VDomModel {
  /** Begin without a notebook; nothing is followed before `watch`. */
  constructor(options: PanelModel.IOptions) {
    super();
    this._options = options;
  }

  /** The figures of the current notebook; null when there is none, or it is not followed. */
  get figures(): NotebookFigures | null {
    return this._figures;
  }

  /** Whether the current notebook is followed. */
  get isWatching(): boolean {
    return this._isWatching;
  }

  /** The plots of the current notebook; null when there is none, or it is not followed. */
  get plots(): IPlotModel | null {
    return this._figures?.plots ?? null;
  }

  /** The cards of the figures. */
  get cards(): readonly ICard[] {
    return this._figures?.cards ?? [];
  }

  /** The selected card; the first when none is; null when there are none. */
  get selected(): ICard | null {
    const { cards } = this;
    return cards.find(({ id }) => id === this._selected) ?? cards[0] ?? null;
  }

  /** The least width of pictures, in pixels. */
  get size(): number {
    return this._size;
  }

  /** The checks of the kernel, once it was asked for them. */
  get checks(): Asked<ICheck[]> {
    return this._checks;
  }

  /** The backends that the kernel could use, and what its settings are compared with, once it was asked. */
  get backends(): Asked<IBackends> {
    return this._backends;
  }

  /** Start or stop following the current notebook. */
  watch(isWatching: boolean): void {
    if (isWatching === this._isWatching) {
      return;
    }
    this._isWatching = isWatching;
    const { currentChanged } = this._options.models.panels;
    if (isWatching) {
      currentChanged.connect(this._follow, this);
    } else {
      currentChanged.disconnect(this._follow, this);
    }
    this._follow();
  }

  /** Select a figure. */
  select(id: string): void {
    if (id !== this._selected) {
      this._selected = id;
      this.stateChanged.emit();
    }
  }

  /** Change the size of the pictures. */
  zoom(size: number): void {
    const { largest, smallest } = SIZES;
    this._size = Math.min(largest, Math.max(smallest, Math.round(size)));
    this.stateChanged.emit();
  }

  /** Ask the kernel to look for problems, unless it is looking. */
  async check(): Promise<void> {
    if (this._checks.phase !== 'loading') {
      await this._ask(getDiagnosis, checks => {
        this._checks = checks;
      });
    }
  }

  /** Ask the kernel for its backends; what it has answered before is kept until it answers anew. */
  async findBackends(): Promise<void> {
    await this._ask(getBackends, backends => {
      if (backends.phase === 'done' || this._backends.phase !== 'done') {
        this._backends = backends;
      }
    });
  }

  /** Stop following. */
  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.watch(false);
    super.dispose();
  }

  private _follow(): void {
    const { models, serverSettings, shell } = this._options;
    const panel = this._isWatching ? models.panels.currentWidget : null;
    if (panel !== (this._figures?.panel ?? null)) {
      this._figures?.dispose();
      this._figures = null;
      if (panel) {
        const plots = models.of(panel);
        const options = { panel, plots, serverSettings, shell };
        this._figures = new NotebookFigures(options);
        this._figures.changed.connect(this._onChanged, this);
      }
    }
    this._onChanged();
  }

  private _onChanged(): void {
    const { kernelId, state } = this.plots ?? {};
    const process = `${kernelId} ${state?.incarnation}`;
    // The answers of a process stay valid while no notebook is followed.
    if (this.plots && process !== this._process) {
      this._process = process;
      this._forget();
    }
    this._keepPlace();
    this.stateChanged.emit();
  }

  /** Select the next figure when the selected one is gone, or the one before when it was the last. */
  private _keepPlace(): void {
    const before = this._cardsBefore;
    this._cardsBefore = this.cards;
    const place = before.findIndex(({ id }) => id === this._selected);
    if (place >= 0) {
      const left = [
        ...before.slice(place),
        ...before.slice(0, place).reverse()
      ].find(({ id }) => this._figures?.card(id));
      if (left) {
        this._selected = left.id;
      }
    }
  }

  /** Discard the answers of another process. */
  private _forget(): void {
    this._checks = NOT_ASKED;
    this._backends = NOT_ASKED;
  }

  /** Ask about the kernel, and keep the answer while it is about the same process. */
  private async _ask<T>(
    request: (
      settings: ServerConnection.ISettings,
      kernelId: string
    ) => Promise<T | null>,
    keep: (answer: Asked<T>) => void
  ): Promise<void> {
    const { explain, serverSettings } = this._options;
    const process = this._process;
    const kernelId = this.plots?.kernelId;
    if (!kernelId) {
      return;
    }
    keep({ phase: 'loading' });
    this.stateChanged.emit();
    let answer: Asked<T>;
    try {
      const value = await request(serverSettings, kernelId);
      answer = value === null ? { phase: 'busy' } : { phase: 'done', value };
    } catch (error) {
      answer = { phase: 'failed', error: explain(error) };
    }
    if (!this.isDisposed && process === this._process) {
      keep(answer);
      this.stateChanged.emit();
    }
  }

  private _backends: Asked<IBackends> = NOT_ASKED;
  /** The cards when something has changed last. */
  private _cardsBefore: readonly ICard[] = [];
  private _checks: Asked<ICheck[]> = NOT_ASKED;
  private _figures: NotebookFigures | null = null;
  private _isWatching = false;
  private readonly _options: PanelModel.IOptions;
  /** The process that the answers are about. */
  private _process = '';
  private _selected = '';
  private _size = SIZES.usual;
}

/** The types of the panel's model. */
export namespace PanelModel {
  /** The options of the panel's model. */
  export interface IOptions {
    /** Returns an error between page and server as a sentence. */
    readonly explain: (error: unknown) => string;
    /** The plots of all notebooks. */
    readonly models: IPlotModels;
    /** The server that keeps pictures. */
    readonly serverSettings: ServerConnection.ISettings;
    /** The shell in which views of outputs are. */
    readonly shell: JupyterFrontEnd.IShell;
  }
}
