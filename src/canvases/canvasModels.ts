/**
 * Where the canvases are that the outputs of one notebook show.
 */
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { showInTurn } from './canvasPicture';
import { fetchCanvases, liveModel } from './canvasModel';
import type {
  IWidgetManager,
  IWidgetModel,
  IWidgetRenderer
} from '../internals/ipywidgets';
import { forgetErrors, managerOf } from '../internals/ipywidgets';

/** A canvas, and what draws it in an output. */
export interface IDrawnCanvas {
  /** Its model id. */
  readonly id: string;
  /** What draws it. */
  readonly renderer: IWidgetRenderer;
}

/** Finds the live models of canvases, and fetches those that the page has missed. */
export class CanvasModels implements IDisposable {
  /** Look among the widgets of one notebook. */
  constructor(options: CanvasModels.IOptions) {
    this._options = options;
  }

  /** Whether it is disposed. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** The live model of a canvas, if there is one; it shows every picture from then on. */
  async live({ id, renderer }: IDrawnCanvas): Promise<IWidgetModel | null> {
    const manager = this._managerOf(renderer);
    const model = manager ? await liveModel(manager, id) : null;
    if (model && !this._known.has(model)) {
      this._known.add(model);
      showInTurn(model);
      void forgetErrors(model);
    }
    return model;
  }

  /** Whether a canvas may be found yet among the widgets that the page fetches. */
  isLoading({ id, renderer }: IDrawnCanvas): boolean {
    return (
      !this._managerOf(renderer)?.restoredStatus ||
      this._fetched.get(id) === false
    );
  }

  /** Whether the kernel was asked for a canvas in its present life. */
  isFetched({ id }: IDrawnCanvas): boolean {
    return this._fetched.has(id);
  }

  /** Fetch canvases that the page has missed; the kernel may be busy for long. */
  fetch(canvases: readonly IDrawnCanvas[]): void {
    const wanted = new Map<IWidgetManager, Set<string>>();
    for (const { id, renderer } of canvases) {
      const manager = this._managerOf(renderer);
      if (manager) {
        wanted.set(manager, (wanted.get(manager) ?? new Set()).add(id));
      }
    }
    for (const [manager, ids] of wanted) {
      void this._fetch(manager, [...ids]);
    }
  }

  /** The kernel's process has ended; the next one is asked again. */
  end(): void {
    this._fetched = new Map();
  }

  /** Tell of nothing any more. */
  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private async _fetch(manager: IWidgetManager, ids: string[]): Promise<void> {
    const { context } = this._options;
    const kernel = context.sessionContext.session?.kernel;
    if (!kernel) {
      return;
    }
    const fetched = this._fetched;
    ids.forEach(id => fetched.set(id, false));
    try {
      await fetchCanvases(manager, ids, kernel, context.model);
    } catch {
      // It has ended meanwhile; what becomes of its outputs is seen by others.
    }
    ids.forEach(id => fetched.set(id, true));
    this._onChange();
  }

  /** The manager of a renderer, once it has one. */
  private _managerOf(renderer: IWidgetRenderer): IWidgetManager | null {
    const known = this._managers.get(renderer);
    if (known === undefined) {
      this._managers.set(renderer, null);
      void managerOf(renderer)?.then(manager => {
        if (!this.isDisposed && !renderer.isDisposed) {
          this._managers.set(renderer, manager);
          manager.restored.connect(this._onChange, this);
          this._onChange();
        }
      });
    }
    return known ?? null;
  }

  private _onChange(): void {
    if (!this.isDisposed) {
      this._options.onChange();
    }
  }

  /** The canvases that the kernel was asked for in its present life, and whether it has answered. */
  private _fetched = new Map<string, boolean>();
  private _isDisposed = false;
  /** The models that were found before, and seen to. */
  private readonly _known = new WeakSet<IWidgetModel>();
  private readonly _managers = new WeakMap<
    IWidgetRenderer,
    IWidgetManager | null
  >();
  private readonly _options: CanvasModels.IOptions;
}

/** The types that this works with. */
export namespace CanvasModels {
  /** What it needs. */
  export interface IOptions {
    /** The notebook's document. */
    context: NotebookPanel['context'];
    /** Called when a canvas may be found that was not before. */
    onChange: () => void;
  }
}
