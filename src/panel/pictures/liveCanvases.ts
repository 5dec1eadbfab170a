/**
 * The frames of living canvases, wherever in the page they are drawn.
 */
import type { IDisposable } from '@lumino/disposable';

import { liveModel } from '../../canvases/canvasModel';
import { drawingOf, imageOf } from '../../internals/ipympl';
import type { IWidgetManager, IWidgetModel } from '../../internals/ipywidgets';
import { drawsWidgets, managerOf } from '../../internals/widgetOutputs';
import { WIDGET_VIEW_MIMETYPE } from '../../outputs/plotMime';
import { rendermimeOf } from '../../outputs/plotPanel';
import type { PlotPanel } from '../../tokens';

/** The longest side of a frame, in pixels. */
const LARGEST = 640;

/** How long a canvas is left to draw before its frame is taken, in milliseconds. */
const PAUSE = 200;

/** The longest wait for the widgets of a notebook, in milliseconds. */
const LIMIT = 1000;

/** Captures the frames of canvases while they are drawn. */
export class LiveCanvases implements IDisposable {
  /** Call `onFrame` with each frame of a canvas that is followed. */
  constructor(
    panel: PlotPanel,
    onFrame: (canvas: string, frame: Blob) => void
  ) {
    this._panel = panel;
    this._onFrame = onFrame;
  }

  /** Whether it is disposed of. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Follow a canvas; return whether it is alive and has drawn something. */
  async follow(id: string): Promise<boolean> {
    const manager = await this._managed();
    const canvas = manager ? await liveModel(manager, id) : null;
    if (!canvas || this.isDisposed) {
      return false;
    }
    if (this._followed.get(id)?.canvas !== canvas) {
      this._listen(id, canvas);
    }
    this._followed.get(id)?.take();
    return drawingOf(canvas) !== null;
  }

  /** Stop following. */
  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._followed.forEach(({ stop }) => stop());
    this._followed.clear();
  }

  private _listen(id: string, canvas: IWidgetModel): void {
    this._followed.get(id)?.stop();
    const image = imageOf(canvas);
    let timer = 0;
    const take = () => {
      timer ||= window.setTimeout(() => {
        timer = 0;
        takeFrame(canvas, frame => {
          if (!this.isDisposed) {
            this._onFrame(id, frame);
          }
        });
      }, PAUSE);
    };
    const stop = () => {
      window.clearTimeout(timer);
      image?.removeEventListener('load', take);
    };
    image?.addEventListener('load', take);
    this._followed.set(id, { canvas, take, stop });
  }

  /** Return the manager of the notebook's widgets; null when there is none. */
  private _managed(): Promise<IWidgetManager | null> {
    this._manager ??= widgetManagerOf(this._panel).then(manager => {
      if (!manager) {
        this._manager = null; // there may be one later
      }
      return manager;
    });
    return this._manager;
  }

  private readonly _followed = new Map<
    string,
    { canvas: IWidgetModel; take: () => void; stop: () => void }
  >();
  private _isDisposed = false;
  private _manager: Promise<IWidgetManager | null> | null = null;
  private readonly _onFrame: (canvas: string, frame: Blob) => void;
  private readonly _panel: PlotPanel;
}

/** Return the manager that draws the widgets of a notebook; null when there is none. */
export async function widgetManagerOf(
  panel: PlotPanel
): Promise<IWidgetManager | null> {
  const rendermime = rendermimeOf(panel);
  if (!rendermime.mimeTypes.includes(WIDGET_VIEW_MIMETYPE)) {
    return null;
  }
  const renderer = rendermime.createRenderer(WIDGET_VIEW_MIMETYPE);
  const promised = drawsWidgets(renderer) ? managerOf(renderer) : null;
  const limit = new Promise<null>(resolve => {
    window.setTimeout(resolve, LIMIT, null);
  });
  const manager = await Promise.race([promised, limit]);
  renderer.dispose();
  return manager;
}

/** Pass what is drawn on a canvas to `use`, in the size of a thumbnail. */
function takeFrame(canvas: IWidgetModel, use: (frame: Blob) => void): void {
  const drawing = drawingOf(canvas);
  if (!drawing) {
    return;
  }
  const { width, height } = drawing;
  const scale = Math.min(1, LARGEST / Math.max(width, height));
  const small = document.createElement('canvas');
  small.width = Math.round(width * scale);
  small.height = Math.round(height * scale);
  small.getContext('2d')?.drawImage(drawing, 0, 0, small.width, small.height);
  small.toBlob(frame => {
    if (frame) {
      use(frame);
    }
  });
}
