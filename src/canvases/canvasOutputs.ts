/**
 * Keeps the outputs that show canvases in step with the canvases that the kernel has.
 */
import type { IDisposable } from '@lumino/disposable';

import type { IWidgetRenderer, ShownModel } from '../internals/widgetOutputs';
import { empty, redraw, shownBy } from '../internals/widgetOutputs';
import type { IAvailability } from '../kernel/availability';
import type { IFrame } from '../outputs/deadPlot';
import type { Decorations } from '../outputs/decorations';
import { nextFrame } from '../outputs/nextFrame';
import type { IShownOutput } from '../outputs/outputAreas';
import type { CanvasAction, CanvasView } from './canvasAction';
import { canvasAction } from './canvasAction';
import { markDead, releaseDead } from './canvasModel';
import { CanvasModels } from './canvasModels';
import { keepPicture, reusePicture } from './canvasPicture';
import type { IPlace } from './containers';
import { childAt, replaceChild } from './containers';

/** How long outputs are synchronised before the page may do something else, in milliseconds. */
const SLICE = 12;

/** One output that shows, or has shown, a canvas. */
export interface ICanvasOutput extends IShownOutput {
  /** The model id of the canvas. */
  readonly id: string;
  /** The place of the canvas in the widget that the output shows; null when the output shows the canvas itself. */
  readonly place: IPlace | null;
  /** What draws it. */
  readonly renderer: IShownOutput['renderer'] & IWidgetRenderer;
}

/** Draws restored canvases in their place, and shows pictures of those that are dead. */
export class CanvasOutputs implements IDisposable {
  /** Synchronise outputs of one notebook. */
  constructor(options: CanvasOutputs.IOptions) {
    this._options = options;
    this._models = new CanvasModels(options);
  }

  /** Whether it is disposed of. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Bring each output in step with its canvas in the kernel. */
  async sync(
    outputs: readonly ICanvasOutput[],
    availability: IAvailability
  ): Promise<void> {
    const missing: ICanvasOutput[] = [];
    const process = this._process;
    this._begun = performance.now();
    for (const output of outputs) {
      const action = await this._decide(output, availability);
      if (this.isDisposed) {
        return;
      }
      if (output.renderer.isDisposed || output.item.isDisposed) {
        continue;
      }
      if (action === 'fetch') {
        missing.push(output);
      } else if (await this._act(output, action, availability)) {
        await this._breathe();
      }
    }
    if (process === this._process) {
      this._models.fetch(missing);
    }
  }

  /** Mark the canvases of some outputs as dead: their process has ended. */
  end(outputs: readonly ICanvasOutput[]): void {
    for (const output of outputs) {
      const shown = this._shown(output);
      if (typeof shown !== 'string' && shown.model_id === output.id) {
        markDead(shown);
      }
    }
    this._process += 1;
    this._models.end();
    this._failed = new WeakSet();
  }

  /** Stop synchronising; the outputs stay as they are. */
  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._models.dispose();
  }

  /** Return the action for an output. */
  private async _decide(
    output: ICanvasOutput,
    { canvases, kernel }: IAvailability
  ): Promise<CanvasAction> {
    const { id, renderer } = output;
    const model = await this._models.live(output);
    const shown = this._shown(output);
    let view: CanvasView;
    if (this._replaced.has(renderer)) {
      view = 'dead'; // what it has shown before does not matter any more
    } else if (shown === 'error' && model && this._failed.has(renderer)) {
      view = 'unknown'; // to draw it again would not help
    } else if (typeof shown === 'string') {
      view = shown;
      if (shown === 'loading') {
        this._watch(renderer);
      }
    } else if (shown.model_id !== id) {
      view = 'loading'; // it still shows another output
    } else if (!shown.comm_live) {
      view = 'dead';
    } else {
      view = shown === model ? 'live' : 'replaced';
    }
    return canvasAction({
      view,
      kernel,
      model: model ? 'live' : this._models.statusInPage(output),
      canvas: this._models.statusInKernel(output, canvases)
    });
  }

  /** Carry out the action for an output; return whether that took time. */
  private async _act(
    output: ICanvasOutput,
    action: CanvasAction,
    { kernel, offered }: IAvailability
  ): Promise<boolean> {
    const { decorations } = this._options;
    const { id, item, place } = output;
    if (action === 'redraw') {
      await this._redraw(output);
      decorations.clear(item);
      return true;
    }
    if (place) {
      return false; // the widget around it stays as ipywidgets shows it
    }
    const hasPlaceholder = decorations.hasPlaceholder(item);
    if (action === 'keep') {
      decorations.clear(item);
    } else if (
      action === 'placeholder' ||
      (hasPlaceholder && kernel !== 'unsettled')
    ) {
      this._empty(output);
      decorations.showPlaceholder(output, {
        isOffered: offered.has(id),
        latest: this._latestOf(output)
      });
      return !hasPlaceholder;
    }
    return false;
  }

  /** Return a function that finds the last picture of a canvas, in the page or on the server. */
  private _latestOf({
    id,
    renderer
  }: ICanvasOutput): (() => Promise<IFrame | null>) | null {
    const shown = this._replaced.get(renderer);
    const kept = this._options.keptPictureOf(id);
    return typeof shown === 'object'
      ? async () => (await keepPicture(shown)) ?? (await kept?.()) ?? null
      : kept;
  }

  /** Draw an output with the live canvas, and release the dead one. */
  private async _redraw(canvas: ICanvasOutput): Promise<void> {
    const { output, place, renderer } = canvas;
    const before = this._shown(canvas);
    this._replaced.delete(renderer);
    if (!place) {
      await redraw(renderer, output);
    } else {
      const model = await this._models.live(canvas);
      if (model) {
        await replaceChild(place, model);
      }
    }
    const now = this._shown(canvas);
    if (now === 'error') {
      this._failed.add(renderer);
    }
    if (typeof before !== 'string') {
      if (typeof now !== 'string') {
        void reusePicture(now, before);
      }
      releaseDead(before);
    }
  }

  /** Remove what an output shows, now and when ipywidgets draws it later. */
  private _empty(output: ICanvasOutput): void {
    const { renderer } = output;
    if (!this._replaced.has(renderer)) {
      this._replaced.set(renderer, shownIn(output));
    }
    if (renderer.node.firstChild) {
      empty(renderer);
    }
    this._watch(renderer);
  }

  /** Return what an output shows at the canvas, or has shown before the placeholder. */
  private _shown(output: ICanvasOutput): ShownModel {
    return this._replaced.get(output.renderer) ?? shownIn(output);
  }

  /** Synchronise again when a renderer has drawn something, for which it has no signal. */
  private _watch(renderer: IWidgetRenderer): void {
    if (this._watched.has(renderer)) {
      return;
    }
    this._watched.add(renderer);
    const observer = new MutationObserver(() => {
      observer.disconnect();
      this._watched.delete(renderer);
      this._options.onChange();
    });
    observer.observe(renderer.node, { childList: true });
  }

  /** Yield to the page until the next frame when the time slice is used up. */
  private async _breathe(): Promise<void> {
    if (performance.now() - this._begun > SLICE) {
      await new Promise<void>(resolve => nextFrame(resolve));
      this._begun = performance.now();
    }
  }

  private _begun = 0;
  /** Renderers that could not draw a live canvas of the present process. */
  private _failed = new WeakSet<IWidgetRenderer>();
  private _isDisposed = false;
  private readonly _models: CanvasModels;
  private readonly _options: CanvasOutputs.IOptions;
  /** Counts the processes of the kernel. */
  private _process = 0;
  /** What outputs with a placeholder have shown before. */
  private readonly _replaced = new WeakMap<IWidgetRenderer, ShownModel>();
  private readonly _watched = new WeakSet<IWidgetRenderer>();
}

/** Return what an output shows at the canvas. */
function shownIn({ place, renderer }: ICanvasOutput): ShownModel {
  return place ? (childAt(place) ?? 'unknown') : shownBy(renderer);
}

/** The types of canvas outputs. */
export namespace CanvasOutputs {
  /** The options of canvas outputs. */
  export interface IOptions extends CanvasModels.IOptions {
    /** What is added to outputs. */
    readonly decorations: Decorations;
    /** Returns a function that asks the server for the last picture of a canvas; null while its figure is not known. */
    readonly keptPictureOf: (
      canvas: string
    ) => (() => Promise<IFrame | null>) | null;
  }
}
