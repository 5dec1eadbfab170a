/**
 * The figures of one notebook, while they are viewed.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { KernelMessage, ServerConnection } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { cellFiguresIn } from '../kernel/iopub';
import { nextFrame } from '../outputs/nextFrame';
import { OutputAreas } from '../outputs/outputAreas';
import { cellsOf } from '../outputs/plotPanel';
import type { IPlotModel, PlotPanel } from '../tokens';
import type { ICard } from './cards';
import { cardsOf, reused } from './cards';
import type { IPagePlots } from './pictures/pagePlots';
import { imagesOf, pagePlotsIn, savedPictureOf } from './pictures/pagePlots';
import { Pictures } from './pictures/pictures';

/**
 * Follows the figures of one notebook: their order, their states, their pictures.
 *
 * It listens to kernel and outputs from construction to disposal, so that
 * nothing is done while they are not viewed.
 */
export class NotebookFigures implements IDisposable {
  /** Begin with what is there now. */
  constructor(options: NotebookFigures.IOptions) {
    const { panel, plots, serverSettings, shell } = options;
    this.panel = panel;
    this.plots = plots;
    this._areas = new OutputAreas(shell);
    this._areas.add(panel);
    this.pictures = new Pictures({
      panel,
      kernelId: () => plots.kernelId,
      isIdle: () => this.isIdle,
      pageOf: ({ id }) => this._images.get(id) ?? '',
      savedOf: card => savedPictureOf(card, this._page),
      serverSettings
    });
    this._read();
    plots.stateChanged.connect(this._onChanged, this);
    this._areas.changed.connect(this._onChanged, this);
    this._areas.produced.connect(this._onChanged, this);
    const { sessionContext } = panel;
    sessionContext.statusChanged.connect(this._onStatusChanged, this);
    sessionContext.iopubMessage.connect(this._onMessage, this);
    panel.title.changed.connect(this._onChanged, this);
    panel.disposed.connect(this.dispose, this);
  }

  /** Emitted when something has changed, at most once in each frame. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The cards of the figures. */
  get cards(): readonly ICard[] {
    return this._cards;
  }

  /** Whether the kernel answers at once. */
  get isIdle(): boolean {
    return this.panel.sessionContext.session?.kernel?.status === 'idle';
  }

  /** Whether it is disposed of. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** The notebook. */
  readonly panel: PlotPanel;

  /** The pictures of the figures. */
  readonly pictures: Pictures;

  /** The plots of the notebook's kernel. */
  readonly plots: IPlotModel;

  /** Return the card of a figure; null when there is none. */
  card(id: string): ICard | null {
    return this._cards.find(each => each.id === id) ?? null;
  }

  /** Stop following. */
  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._cancel?.();
    const { panel, plots } = this;
    const { sessionContext } = panel;
    plots.stateChanged.disconnect(this._onChanged, this);
    panel.title.changed.disconnect(this._onChanged, this);
    sessionContext.statusChanged.disconnect(this._onStatusChanged, this);
    sessionContext.iopubMessage.disconnect(this._onMessage, this);
    this._areas.dispose();
    this.pictures.dispose();
    Signal.clearData(this);
  }

  private _read(): void {
    const { panel, plots } = this;
    const cells = cellsOf(panel).map(({ model }) => model.id);
    this._page = pagePlotsIn(this._areas.outputs());
    const { canvases } = this._page;
    const cards = cardsOf(plots.state, plots.status, { cells, canvases });
    this._cards = reused(cards, this._cards);
    this._images = imagesOf(this._cards, this._page, cell =>
      plots.drawnIn(cell)
    );
    this.pictures.keep(this._cards);
  }

  private _onChanged(): void {
    this._mayHaveChanged = true;
    this._schedule();
  }

  /** Read again when the kernel is idle: the page may show more by then, and pictures that are missing may be drawn. */
  private _onStatusChanged(): void {
    if (this.isIdle) {
      this._schedule();
    }
  }

  private _schedule(): void {
    this._cancel ??= nextFrame(() => {
      this._cancel = null;
      const before = this._cards;
      const mayHaveChanged = this._mayHaveChanged;
      this._mayHaveChanged = false;
      this._read();
      // A kernel that draws pictures is busy and idle dozens of times in a second.
      if (mayHaveChanged || this._cards !== before) {
        this._changed.emit();
      }
    });
  }

  private _onMessage(sender: unknown, message: KernelMessage.IMessage): void {
    const drawn = cellFiguresIn(message);
    if (drawn) {
      this.pictures.outdate(drawn.figures);
    }
  }

  private readonly _areas: OutputAreas;
  private _cancel: (() => void) | null = null;
  private _cards: readonly ICard[] = [];
  private _changed = new Signal<this, void>(this);
  private _isDisposed = false;
  /** Whether more has changed than the status of the kernel. */
  private _mayHaveChanged = false;
  /** The pictures in outputs, by the ids of the figures. */
  private _images: ReadonlyMap<string, string> = new Map();
  private _page: IPagePlots = {
    canvases: new Map(),
    outputs: new Map(),
    images: new Map()
  };
}

/** The types of the figures of a notebook. */
export namespace NotebookFigures {
  /** The options of the figures of a notebook. */
  export interface IOptions {
    /** The notebook. */
    readonly panel: PlotPanel;
    /** The plots of its kernel. */
    readonly plots: IPlotModel;
    /** The server that keeps pictures. */
    readonly serverSettings: ServerConnection.ISettings;
    /** The shell in which views of outputs are. */
    readonly shell: JupyterFrontEnd.IShell;
  }
}
