/**
 * Keeps the plots that one notebook shows in step with what its kernel has.
 */
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { KernelMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { ICanvasOutput } from '../canvases/canvasOutputs';
import { CanvasOutputs } from '../canvases/canvasOutputs';
import { canvasesIn, childAt } from '../canvases/containers';
import type { Decorations } from '../outputs/decorations';
import { nextFrame } from '../outputs/nextFrame';
import type { PlotModel } from '../kernel/plotModel';
import type { IShownOutput, OutputAreas } from '../outputs/outputAreas';
import { plotIn, WIDGET_VIEW_MIMETYPE } from '../outputs/plotMime';
import type { IPresence } from '../kernel/availability';
import { presenceOf } from '../kernel/availability';
import { drawing } from '../kernel/iopub';
import type { Staleness } from './staleness';
import { drawsWidgets, shownBy } from '../internals/ipywidgets';

/**
 * Looks at all outputs, at most once a frame, when something has happened that
 * may change what becomes of one of them.
 */
export class PlotOutputs implements IDisposable {
  /** Begin with what is shown now. */
  constructor(options: PlotOutputs.IOptions) {
    this._options = options;
    const { areas, context, model } = options;
    const { sessionContext } = context;
    const { sessionManager } = sessionContext;
    this._canvases = new CanvasOutputs({
      ...options,
      onChange: () => this.schedule()
    });
    model.stateChanged.connect(this.schedule, this);
    model.ended.connect(this._onEnded, this);
    areas.changed.connect(this.schedule, this);
    areas.produced.connect(this._onProduced, this);
    sessionContext.statusChanged.connect(this.schedule, this);
    context.pathChanged.connect(this.schedule, this);
    sessionContext.iopubMessage.connect(this._onMessage, this);
    for (const { ready } of [context, sessionContext, sessionManager]) {
      void ready.then(() => this.schedule());
    }
    this.schedule();
  }

  /** Whether it is disposed. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Look at the outputs soon. */
  schedule(): void {
    if (!this._callOff && !this.isDisposed) {
      this._callOff = nextFrame(() => {
        this._callOff = null;
        void this._look();
      });
    }
  }

  /** Leave the outputs alone. */
  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._callOff?.();
    const { areas, context } = this._options;
    const { sessionContext } = context;
    sessionContext.statusChanged.disconnect(this.schedule, this);
    context.pathChanged.disconnect(this.schedule, this);
    sessionContext.iopubMessage.disconnect(this._onMessage, this);
    this._canvases.dispose();
    areas.dispose();
    Signal.clearData(this);
  }

  /** Look once; when it was asked for again meanwhile, again. */
  private async _look(): Promise<void> {
    if (this._isLooking) {
      this._again = true;
      return;
    }
    this._isLooking = true;
    try {
      await this._attend();
    } catch (error) {
      // An output that is not as expected stays as it is.
      console.warn('Matplotlib Guard cannot attend to an output.', error);
    }
    this._isLooking = false;
    if (this._again) {
      this._again = false;
      this.schedule();
    }
  }

  private async _attend(): Promise<void> {
    const presence = this._presence();
    const { canvases, images } = this._plots();
    for (const image of images) {
      this._mark(image, presence);
    }
    await this._canvases.attend(canvases, presence);
    await this._remember(presence);
  }

  private _presence(): IPresence {
    const { context, model } = this._options;
    return presenceOf(model, context.sessionContext);
  }

  /** The outputs that hold plots. */
  private _plots(): { canvases: ICanvasOutput[]; images: IShownOutput[] } {
    const canvases: ICanvasOutput[] = [];
    const images: IShownOutput[] = [];
    for (const each of this._options.areas.outputs()) {
      const { output, renderer } = each;
      const plot = plotIn(output, renderer.mimeType);
      if (plot && !plot.canvas) {
        images.push(each);
      } else if (drawsWidgets(renderer)) {
        if (plot?.canvas) {
          canvases.push({ ...each, renderer, id: plot.canvas, place: null });
        } else if (renderer.mimeType === WIDGET_VIEW_MIMETYPE) {
          canvases.push(...canvasesWithin({ ...each, renderer }));
        }
      }
    }
    return { canvases, images };
  }

  /** Mark an image, or take the mark away, where it is known what it should be. */
  private _mark({ cell, item }: IShownOutput, presence: IPresence): void {
    const { decorations, preferences, staleness } = this._options;
    if (!preferences.markStalePlots) {
      decorations.clear(item);
    } else if (presence.kernel === 'known') {
      decorations.mark(item, staleness.has(cell, presence));
    }
  }

  /** Keep over a reload what is stale, or learn it after one. */
  private async _remember({ kernel }: IPresence): Promise<void> {
    const { context, model, staleness } = this._options;
    if (kernel === 'known' && model.state) {
      const found = await staleness.sync({
        path: context.path,
        kernel: model.kernelId,
        incarnation: model.state.incarnation
      });
      if (found) {
        this.schedule();
      }
    }
  }

  private _onEnded(): void {
    const { staleness } = this._options;
    const { canvases, images } = this._plots();
    const presence = this._presence();
    staleness.end(
      new Set([...canvases, ...images].map(({ cell }) => cell)),
      // A process that ends before its restore does leaves all to the next.
      presence.kernel === 'known' ? presence : null
    );
    this._canvases.end(canvases);
    this.schedule();
  }

  private _onProduced(sender: OutputAreas, cell: string): void {
    this._options.staleness.forget(cell);
    this.schedule();
  }

  private _onMessage(sender: unknown, message: KernelMessage.IMessage): void {
    // The widget manager has heard it before.
    if (message.header.msg_type === 'comm_open') {
      this.schedule();
    }
    const drawn = drawing(message);
    if (drawn) {
      this._options.staleness.draw(drawn);
    }
  }

  private _again = false;
  private readonly _canvases: CanvasOutputs;
  /** Calls off the look that is due. */
  private _callOff: (() => void) | null = null;
  private _isDisposed = false;
  private _isLooking = false;
  private readonly _options: PlotOutputs.IOptions;
}

/** The canvases that are part of the widget in an output. */
function* canvasesWithin(
  output: Omit<ICanvasOutput, 'id' | 'place'>
): Generator<ICanvasOutput> {
  const shown = shownBy(output.renderer);
  if (typeof shown !== 'string') {
    for (const place of canvasesIn(shown)) {
      const canvas = childAt(place);
      if (canvas) {
        yield { ...output, id: canvas.model_id, place };
      }
    }
  }
}

/** The types that this works with. */
export namespace PlotOutputs {
  /** What it needs. */
  export interface IOptions {
    /** Where the outputs are; disposed with this. */
    areas: OutputAreas;
    /** The notebook's document. */
    context: NotebookPanel['context'];
    /** What is added to outputs. */
    decorations: Decorations;
    /** What is known of the kernel's plots. */
    model: PlotModel;
    /** The user's choices, read each time they matter. */
    preferences: Readonly<PlotModel.IPreferences>;
    /** Which plots are stale. */
    staleness: Staleness;
  }
}
