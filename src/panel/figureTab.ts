/**
 * One figure in a tab of its own.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import type { Widget } from '@lumino/widgets';
import { Panel } from '@lumino/widgets';

import { isAlive } from '../kernel/figureStatus';
import { liveModel } from '../canvases/canvasModel';
import type { IWidgetModel } from '../internals/ipywidgets';
import { WIDGET_VIEW_MIMETYPE } from '../outputs/plotMime';
import { rendermimeOf } from '../outputs/plotPanel';
import type { PlotPanel } from '../tokens';
import { plotsIcon } from '../ui/icons';
import { figureTitle } from '../ui/figureTexts';
import { panelTexts } from '../ui/panelTexts';
import type { ICard } from './cards';
import type { NotebookFigures } from './notebookFigures';
import { widgetManagerOf } from './pictures/liveCanvases';

/**
 * Shows a figure: one more view of its living canvas, if there is one, else its
 * picture, which follows each redraw.
 */
class FigureView extends Panel {
  /** Show a figure; `follow` begins to follow those of its notebook. */
  constructor(options: FigureView.IOptions) {
    super();
    this._options = options;
    this._image.alt = '';
    this._note.className = 'jp-MplGuard-note';
    this.addClass('jp-MplGuard-figure');
    this.node.append(this._image, this._note);
    this._describe(options.card);
  }

  /** Stop following. */
  override dispose(): void {
    if (!this.isDisposed) {
      this._stop();
      super.dispose();
    }
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._start();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._start();
  }

  protected override onBeforeHide(message: Message): void {
    this._stop();
    super.onBeforeHide(message);
  }

  protected override onBeforeDetach(message: Message): void {
    this._stop();
    super.onBeforeDetach(message);
  }

  private _start(): void {
    if (this._figures || !this.isVisible || this._options.panel.isDisposed) {
      return;
    }
    this._figures = this._options.follow(this._options.panel);
    this._figures.changed.connect(this._refresh, this);
    this._figures.pictures.changed.connect(this._refresh, this);
    this._refresh();
  }

  private _stop(): void {
    this._figures?.dispose();
    this._figures = null;
  }

  private _refresh(): void {
    const card = this._figures?.card(this._options.card.id);
    if (!card) {
      this._note.textContent = panelTexts(this._options.trans).figureGone;
      return; // the last picture stays
    }
    this._describe(card);
    if (card.canvas && isAlive(card.state)) {
      void this._showCanvas(card.canvas);
    } else {
      this._removeCanvas();
    }
    if (!this._canvas) {
      this._figures!.pictures.ask(card);
      const src = this._figures!.pictures.get(card.id);
      if (src && this._image.getAttribute('src') !== src) {
        this._image.src = src;
      }
    }
  }

  private _describe(card: ICard): void {
    const { trans } = this._options;
    const label = [figureTitle(card, trans), card.names.join(', ')]
      .filter(Boolean)
      .join(' · ');
    this._image.alt = label;
    this._note.textContent = card.why;
    this.title.label = this.title.caption = label;
  }

  /** Show one more view of a canvas, once the page has its model. */
  private async _showCanvas(id: string): Promise<void> {
    const { panel } = this._options;
    const manager = await widgetManagerOf(panel);
    const model = manager ? await liveModel(manager, id) : null;
    if (this.isDisposed || !this._figures || model === this._model) {
      return;
    }
    this._removeCanvas();
    if (!model) {
      return;
    }
    const rendermime = rendermimeOf(panel);
    const renderer = rendermime.createRenderer(WIDGET_VIEW_MIMETYPE);
    this._model = model;
    this._canvas = renderer;
    this._image.hidden = true;
    this.addWidget(renderer);
    await renderer.renderModel(
      rendermime.createModel({
        data: {
          [WIDGET_VIEW_MIMETYPE]: {
            model_id: id,
            version_major: 2,
            version_minor: 0
          }
        },
        trusted: true
      })
    );
  }

  private _removeCanvas(): void {
    this._canvas?.dispose();
    this._canvas = null;
    this._model = null;
    this._image.hidden = false;
  }

  private _canvas: Widget | null = null;
  private _figures: NotebookFigures | null = null;
  private readonly _image = document.createElement('img');
  /** The model of the canvas that is shown. */
  private _model: IWidgetModel | null = null;
  private readonly _note = document.createElement('p');
  private readonly _options: FigureView.IOptions;
}

/** The types of a view of a figure. */
namespace FigureView {
  /** The options of a view of a figure. */
  export interface IOptions {
    /** The figure, as it is when the view opens. */
    readonly card: ICard;
    /** Begins to follow the figures of a notebook. */
    readonly follow: (panel: PlotPanel) => NotebookFigures;
    /** The notebook of the figure. */
    readonly panel: PlotPanel;
    /** The translations of this extension. */
    readonly trans: TranslationBundle;
  }
}

/** Open a figure in a tab beside its notebook, or go to the tab that it has. */
export function openFigure(
  shell: JupyterFrontEnd.IShell,
  options: FigureView.IOptions
): void {
  const { card, panel } = options;
  const kernel = panel.sessionContext.session?.kernel?.id ?? '';
  const id = `mpl-guard-figure-${kernel}-${card.id}`;
  for (const area of ['main', 'down']) {
    for (const widget of shell.widgets(area)) {
      if (widget.id === id) {
        shell.activateById(id);
        return;
      }
    }
  }
  const content = new FigureView(options);
  const widget = new MainAreaWidget({ content });
  widget.id = id;
  widget.title.icon = plotsIcon;
  widget.title.closable = true;
  void shell.add(widget, 'main', { ref: panel.id, mode: 'split-right' });
  if (!widget.parent) {
    // Notebook 7 shows one document in a page, and other widgets below it.
    void shell.add(widget, 'down');
  }
  shell.activateById(id);
  panel.disposed.connect(() => widget.dispose());
}
