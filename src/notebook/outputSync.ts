/**
 * Keeps the plots of one notebook in step with what its kernel has.
 */
import type { KernelMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { ICanvasOutput } from '../canvases/canvasOutputs';
import { CanvasOutputs } from '../canvases/canvasOutputs';
import { canvasesIn, childAt } from '../canvases/containers';
import type { Hints } from '../hints/hints';
import { drawsWidgets, shownBy } from '../internals/widgetOutputs';
import type { IAvailability } from '../kernel/availability';
import { availabilityOf } from '../kernel/availability';
import { getPicture } from '../kernel/figuresApi';
import { cellFiguresIn } from '../kernel/iopub';
import type { IFrame } from '../outputs/deadPlot';
import type { Decorations } from '../outputs/decorations';
import { nextFrame } from '../outputs/nextFrame';
import type { IShownOutput, OutputAreas } from '../outputs/outputAreas';
import { plotIn, WIDGET_VIEW_MIMETYPE } from '../outputs/plotMime';
import type { IPlotContext } from '../outputs/plotPanel';
import type { IPlotModel, IPreferences } from '../tokens';
import type { Staleness } from './staleness';

/**
 * Whether the outputs are in step: there is nothing to do; they are
 * synchronised with the next frame, or at the moment; or at the moment, and
 * something has changed meanwhile.
 */
type Phase = 'idle' | 'scheduled' | 'running' | 'outdated';

/** The outputs that hold plots, or say why there is none. */
interface IPlots {
  readonly canvases: readonly ICanvasOutput[];
  readonly images: readonly IShownOutput[];
  /** Tracebacks, which may need a hint. */
  readonly errors: readonly IShownOutput[];
}

/**
 * Synchronises all outputs, at most once in each frame, when something has
 * happened that may concern one of them.
 */
export class OutputSync implements IDisposable {
  /** Begin with what is shown now. */
  constructor(options: OutputSync.IOptions) {
    this._options = options;
    const { areas, context, model } = options;
    const { sessionContext } = context;
    const { sessionManager } = sessionContext;
    this._canvases = new CanvasOutputs({
      ...options,
      keptPictureOf: canvas => this._keptPictureOf(canvas),
      onChange: () => this.schedule()
    });
    model.stateChanged.connect(this.schedule, this);
    model.ended.connect(this._onEnded, this);
    areas.changed.connect(this.schedule, this);
    areas.produced.connect(this._onProduced, this);
    context.pathChanged.connect(this.schedule, this);
    sessionContext.statusChanged.connect(this.schedule, this);
    sessionContext.iopubMessage.connect(this._onMessage, this);
    for (const { ready } of [context, sessionContext, sessionManager]) {
      void ready.then(() => this.schedule());
    }
    this.schedule();
  }

  /** Whether it is disposed of. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Synchronise the outputs soon. */
  schedule(): void {
    if (this.isDisposed) {
      return;
    }
    if (this._phase === 'idle') {
      this._phase = 'scheduled';
      this._cancel = nextFrame(() => void this._run());
    } else if (this._phase === 'running') {
      this._phase = 'outdated';
    }
  }

  /** Stop synchronising; the outputs stay as they are. */
  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._cancel();
    const { areas, context } = this._options;
    const { sessionContext } = context;
    context.pathChanged.disconnect(this.schedule, this);
    sessionContext.statusChanged.disconnect(this.schedule, this);
    sessionContext.iopubMessage.disconnect(this._onMessage, this);
    this._canvases.dispose();
    areas.dispose();
    Signal.clearData(this);
  }

  private async _run(): Promise<void> {
    this._phase = 'running';
    try {
      await this._sync();
    } catch (error) {
      // An output that is not as expected stays as it is.
      console.warn('Matplotlib Guard could not update an output.', error);
    }
    const isOutdated = this._isOutdated();
    this._phase = 'idle';
    if (isOutdated) {
      this.schedule();
    }
  }

  private _isOutdated(): boolean {
    return this._phase === 'outdated';
  }

  private async _sync(): Promise<void> {
    const availability = this._availability();
    const { canvases, errors, images } = this._plots();
    for (const image of images) {
      this._mark(image, availability);
    }
    this._options.hints.sync(errors);
    await this._canvases.sync(canvases, availability);
    await this._syncStore(availability);
  }

  private _availability(): IAvailability {
    const { context, model } = this._options;
    return availabilityOf(model, context.sessionContext);
  }

  private _plots(): IPlots {
    const canvases: ICanvasOutput[] = [];
    const errors: IShownOutput[] = [];
    const images: IShownOutput[] = [];
    for (const each of this._options.areas.outputs()) {
      const { output, renderer } = each;
      const plot = plotIn(output, renderer.mimeType);
      if (output.type === 'error') {
        errors.push(each);
      } else if (plot && !plot.canvas) {
        images.push(each);
      } else if (drawsWidgets(renderer)) {
        if (plot?.canvas) {
          canvases.push({ ...each, renderer, id: plot.canvas, place: null });
        } else if (renderer.mimeType === WIDGET_VIEW_MIMETYPE) {
          canvases.push(...canvasesWithin({ ...each, renderer }));
        }
      }
    }
    return { canvases, errors, images };
  }

  /** Return a function that asks the server for the last picture of a canvas; null when no figure has it. */
  private _keptPictureOf(
    canvas: string
  ): (() => Promise<IFrame | null>) | null {
    const { context, model } = this._options;
    const { kernel } = context.sessionContext.session ?? {};
    const figure = model.state?.figures.find(each => each.canvas === canvas);
    if (!kernel || !figure) {
      return null;
    }
    const { id, serverSettings } = kernel;
    return async () => {
      try {
        const content = await getPicture(serverSettings, id, figure.id, false);
        return content && { content, width: null };
      } catch {
        return null; // the first picture stays
      }
    };
  }

  /** Mark an image or remove its mark, when it is known whether it is stale. */
  private _mark({ cell, item }: IShownOutput, kernel: IAvailability): void {
    const { decorations, preferences, staleness } = this._options;
    if (!preferences.markStalePlots) {
      decorations.clear(item);
    } else if (kernel.kernel === 'known') {
      decorations.mark(item, staleness.has(cell, kernel));
    }
  }

  /** Save what is stale for a reload of the page, or read it after one. */
  private async _syncStore({ kernel }: IAvailability): Promise<void> {
    const { context, model, staleness } = this._options;
    if (kernel === 'known' && model.state) {
      const hasRead = await staleness.sync({
        path: context.path,
        kernel: model.kernelId,
        incarnation: model.state.incarnation
      });
      if (hasRead) {
        this.schedule();
      }
    }
  }

  private _onEnded(): void {
    const { hints, staleness } = this._options;
    const { canvases, images } = this._plots();
    const availability = this._availability();
    staleness.end(
      new Set([...canvases, ...images].map(({ cell }) => cell)),
      // A process that ends during its restore leaves everything to the next.
      availability.kernel === 'known' ? availability : null
    );
    this._canvases.end(canvases);
    hints.end();
    this.schedule();
  }

  private _onProduced(sender: OutputAreas, cell: string): void {
    this._options.staleness.forget(cell);
    this._options.hints.ran(cell);
    this.schedule();
  }

  private _onMessage(sender: unknown, message: KernelMessage.IMessage): void {
    // The widget manager has received it before.
    if (message.header.msg_type === 'comm_open') {
      this.schedule();
    }
    const drawn = cellFiguresIn(message);
    if (drawn) {
      this._options.staleness.draw(drawn);
    }
  }

  /** Cancels the next synchronisation. */
  private _cancel: () => void = () => undefined;
  private readonly _canvases: CanvasOutputs;
  private _isDisposed = false;
  private readonly _options: OutputSync.IOptions;
  private _phase: Phase = 'idle';
}

/** Find the canvases inside of the widget that an output shows. */
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

/** The types of the synchronisation. */
export namespace OutputSync {
  /** The options of the synchronisation. */
  export interface IOptions {
    /** The outputs; disposed of with this. */
    readonly areas: OutputAreas;
    /** The document of the notebook. */
    readonly context: IPlotContext;
    /** What is added to outputs. */
    readonly decorations: Decorations;
    /** The hints under tracebacks. */
    readonly hints: Hints;
    /** The plots of the kernel. */
    readonly model: IPlotModel;
    /** The user's choices, read each time that they matter. */
    readonly preferences: Readonly<IPreferences>;
    /** Which plots are stale. */
    readonly staleness: Staleness;
  }
}
