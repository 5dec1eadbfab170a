/**
 * The models of the canvases that the outputs of one notebook show.
 */
import type { Kernel } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { IWidgetManager, IWidgetModel } from '../internals/ipywidgets';
import {
  forgetErrorViews,
  isRestored,
  onRestored
} from '../internals/ipywidgets';
import type { IWidgetRenderer } from '../internals/widgetOutputs';
import { managerOf } from '../internals/widgetOutputs';
import type { IPlotContext } from '../outputs/plotPanel';
import type { KernelCanvas, PageModel } from './canvasAction';
import { fetchCanvases, isStuck, liveModel } from './canvasModel';
import { showInOrder } from './canvasPicture';

/** A canvas, and what draws it in an output. */
interface IDrawnCanvas {
  /** Its model id. */
  readonly id: string;
  /** What draws it. */
  readonly renderer: IWidgetRenderer;
}

/** Finds the live models of canvases, and fetches those that the page has missed. */
export class CanvasModels implements IDisposable {
  /** Find the widgets of one notebook. */
  constructor(options: CanvasModels.IOptions) {
    this._options = options;
  }

  /** Whether it is disposed of. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Return the live model of a canvas, and prepare it for drawing; null when there is none. */
  async live({ id, renderer }: IDrawnCanvas): Promise<IWidgetModel | null> {
    const manager = this._managerOf(renderer);
    const model = manager ? await liveModel(manager, id) : null;
    if (model && !this._prepared.has(model)) {
      this._prepared.add(model);
      showInOrder(model);
      void forgetErrorViews(model);
    }
    return model;
  }

  /** Return what the page has of a canvas without a live model. */
  statusInPage({ id, renderer }: IDrawnCanvas): Exclude<PageModel, 'live'> {
    const manager = this._managerOf(renderer);
    if (!manager || this._requests.get(id) === 'sent') {
      return 'loading';
    }
    if (isRestored(manager)) {
      return 'missing';
    }
    return isStuck(manager, id, this._kernel) ? 'stuck' : 'loading';
  }

  /** Return what the kernel has of a canvas, where `canvases` are the ids of those in the plot state. */
  statusInKernel(
    { id }: IDrawnCanvas,
    canvases: ReadonlySet<string>
  ): KernelCanvas {
    if (!canvases.has(id)) {
      return 'missing';
    }
    return this._requests.has(id) ? 'fetched' : 'present';
  }

  /** Fetch canvases that the page has missed; the kernel may be busy for long. */
  fetch(canvases: readonly IDrawnCanvas[]): void {
    const missing = new Map<IWidgetManager, Set<string>>();
    for (const { id, renderer } of canvases) {
      const manager = this._managerOf(renderer);
      if (manager) {
        missing.set(manager, (missing.get(manager) ?? new Set()).add(id));
      }
    }
    for (const [manager, ids] of missing) {
      void this._fetch(manager, [...ids]);
    }
  }

  /** Discard the record of requests, because the process has ended. */
  end(): void {
    this._requests = new Map();
  }

  /** Stop calling `onChange`. */
  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private get _kernel(): Kernel.IKernelConnection | null {
    return this._options.context.sessionContext.session?.kernel ?? null;
  }

  private async _fetch(manager: IWidgetManager, ids: string[]): Promise<void> {
    const { context } = this._options;
    const kernel = this._kernel;
    if (!kernel) {
      return;
    }
    const requests = this._requests;
    ids.forEach(id => requests.set(id, 'sent'));
    try {
      await fetchCanvases(manager, ids, kernel, context.model);
    } catch {
      // The kernel has ended meanwhile, which shows in the plot state.
    }
    ids.forEach(id => requests.set(id, 'answered'));
    this._onChange();
  }

  /** Return the manager of a renderer, once it has one. */
  private _managerOf(renderer: IWidgetRenderer): IWidgetManager | null {
    const known = this._managers.get(renderer);
    if (known === undefined) {
      this._managers.set(renderer, null);
      void managerOf(renderer)?.then(manager => {
        if (!this.isDisposed && !renderer.isDisposed) {
          this._managers.set(renderer, manager);
          onRestored(manager, this._onChange, this);
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

  private _isDisposed = false;
  private readonly _managers = new WeakMap<
    IWidgetRenderer,
    IWidgetManager | null
  >();
  private readonly _options: CanvasModels.IOptions;
  private readonly _prepared = new WeakSet<IWidgetModel>();
  /** The requests to the kernel in its present incarnation. */
  private _requests = new Map<string, 'sent' | 'answered'>();
}

/** The types of canvas models. */
export namespace CanvasModels {
  /** The options of canvas models. */
  export interface IOptions {
    /** The document of the notebook. */
    readonly context: Pick<IPlotContext, 'model' | 'sessionContext'>;
    /** Called when a model may be found that was not before. */
    readonly onChange: () => void;
  }
}
