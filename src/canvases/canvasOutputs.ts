/**
 * Keeps the outputs that show canvases in step with the canvases that the kernel has.
 */
import type { IDisposable } from '@lumino/disposable';

import { CanvasModels } from './canvasModels';
import { lendPicture } from './canvasPicture';
import { bury, release } from './canvasModel';
import type { IPlace } from './containers';
import { childAt, put } from './containers';
import type { Decorations } from '../outputs/decorations';
import type { Fate, ViewStatus } from './canvasAction';
import { fateOf } from './canvasAction';
import { nextFrame } from '../outputs/nextFrame';
import type { IShownOutput } from '../outputs/outputAreas';
import type { IPresence } from '../kernel/availability';
import type { IWidgetRenderer, Shown } from '../internals/ipywidgets';
import { drawAgain, empty, shownBy } from '../internals/ipywidgets';

/** How long outputs are worked on before the page may do something else, in milliseconds. */
const SLICE = 12;

/** One output that shows, or has shown, a canvas. */
export interface ICanvasOutput extends IShownOutput {
  /** The model id of the canvas. */
  readonly id: string;
  /** Where it is in the widget that the output shows; null when that is the canvas. */
  readonly place: IPlace | null;
  /** What draws it. */
  readonly renderer: IShownOutput['renderer'] & IWidgetRenderer;
}

/** Revives canvases in their place, and shows pictures of those that are dead. */
export class CanvasOutputs implements IDisposable {
  /** Attend to outputs of one notebook. */
  constructor(options: CanvasOutputs.IOptions) {
    this._options = options;
    this._models = new CanvasModels(options);
  }

  /** Whether it is disposed. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Give each of some outputs what it deserves while `presence` is as it is. */
  async attend(
    outputs: readonly ICanvasOutput[],
    presence: IPresence
  ): Promise<void> {
    const wanted: ICanvasOutput[] = [];
    const life = this._life;
    this._begun = performance.now();
    for (const output of outputs) {
      const fate = await this._fate(output, presence);
      if (this.isDisposed) {
        return;
      }
      if (output.renderer.isDisposed || output.item.isDisposed) {
        continue;
      }
      if (fate === 'fetch') {
        wanted.push(output);
      } else if (await this._settle(output, fate, presence)) {
        await this._breathe();
      }
    }
    if (life === this._life) {
      this._models.fetch(wanted);
    }
  }

  /** The process has ended that had the canvases of some outputs. */
  end(outputs: readonly ICanvasOutput[]): void {
    for (const output of outputs) {
      const shown = this._shown(output);
      if (typeof shown !== 'string' && shown.model_id === output.id) {
        bury(shown);
      }
    }
    this._life += 1;
    this._models.end();
    this._failed = new WeakSet();
  }

  /** Leave the outputs alone. */
  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._models.dispose();
  }

  private async _fate(
    output: ICanvasOutput,
    { canvases, kernel }: IPresence
  ): Promise<Fate> {
    const { id, renderer } = output;
    const model = await this._models.live(output);
    const shown = this._shown(output);
    let view: ViewStatus;
    if (this._buried.has(renderer)) {
      view = 'dead'; // whatever it has shown is not there any more
    } else if (shown === 'error' && model && this._failed.has(renderer)) {
      view = 'unknown'; // drawing it again would not help
    } else if (typeof shown === 'string') {
      view = shown;
      if (shown === 'loading') {
        this._await(renderer);
      }
    } else if (shown.model_id !== id) {
      view = 'loading'; // it still shows another output
    } else if (!shown.comm_live) {
      view = 'dead';
    } else {
      view = shown === model ? 'live' : 'replaced';
    }
    return fateOf({
      view,
      kernel,
      hasModel: model !== null,
      isLoading: this._models.isLoading(output),
      isPresent: canvases.has(id),
      isFetched: this._models.isFetched(output)
    });
  }

  /** Do with an output what is to be done; tells whether that was work. */
  private async _settle(
    output: ICanvasOutput,
    fate: Fate,
    { kernel, offered }: IPresence
  ): Promise<boolean> {
    const { decorations } = this._options;
    const { id, item, place } = output;
    const isDead = decorations.isDead(item);
    if (fate === 'revive') {
      const before = this._shown(output);
      this._buried.delete(output.renderer);
      await this._draw(output);
      const now = this._shown(output);
      if (now === 'error') {
        this._failed.add(output.renderer);
      }
      if (typeof before !== 'string') {
        if (typeof now !== 'string') {
          void lendPicture(now, before);
        }
        release(before);
      }
      decorations.clear(item);
      return true;
    }
    if (place) {
      return false; // the widget around it stays as ipywidgets shows it
    }
    if (fate === 'live') {
      decorations.clear(item);
    } else if (fate === 'dead' || (isDead && kernel !== 'unsettled')) {
      this._empty(output);
      decorations.bury(output, offered.has(id));
      return !isDead;
    }
    return false;
  }

  /** Take off what an output shows, for good: ipywidgets may draw it later than we come. */
  private _empty(output: ICanvasOutput): void {
    const { renderer } = output;
    if (!this._buried.has(renderer)) {
      this._buried.set(renderer, shownIn(output));
    }
    if (renderer.node.firstChild) {
      empty(renderer);
    }
    this._await(renderer);
  }

  /** What an output shows where its canvas is, or has shown before a picture took its place. */
  private _shown(output: ICanvasOutput): Shown {
    return this._buried.get(output.renderer) ?? shownIn(output);
  }

  /** Draw an output with the live canvas. */
  private async _draw(canvas: ICanvasOutput): Promise<void> {
    const { output, place, renderer } = canvas;
    if (!place) {
      await drawAgain(renderer, output);
      return;
    }
    const model = await this._models.live(canvas);
    if (model) {
      await put(place, model);
    }
  }

  /** Look again when a renderer has something to show; it does not tell by itself. */
  private _await(renderer: IWidgetRenderer): void {
    if (this._awaited.has(renderer)) {
      return;
    }
    this._awaited.add(renderer);
    const observer = new MutationObserver(() => {
      observer.disconnect();
      this._awaited.delete(renderer);
      this._options.onChange();
    });
    observer.observe(renderer.node, { childList: true });
  }

  /** Let the page do something else when it has waited for long. */
  private async _breathe(): Promise<void> {
    if (performance.now() - this._begun > SLICE) {
      await new Promise<void>(resolve => nextFrame(resolve));
      this._begun = performance.now();
    }
  }

  private readonly _awaited = new WeakSet<IWidgetRenderer>();
  private _begun = 0;
  /** What outputs have shown in whose place a picture stands. */
  private readonly _buried = new WeakMap<IWidgetRenderer, Shown>();
  /** What could not draw a live canvas, in the kernel's present life. */
  private _failed = new WeakSet<IWidgetRenderer>();
  private _isDisposed = false;
  /** Counts the lives of the kernel. */
  private _life = 0;
  private readonly _models: CanvasModels;
  private readonly _options: CanvasOutputs.IOptions;
}

/** What an output shows where its canvas is, or was. */
function shownIn({ place, renderer }: ICanvasOutput): Shown {
  return place ? (childAt(place) ?? 'unknown') : shownBy(renderer);
}

/** The types that this works with. */
export namespace CanvasOutputs {
  /** What it needs. */
  export interface IOptions extends CanvasModels.IOptions {
    /** What is added to outputs. */
    decorations: Decorations;
  }
}
