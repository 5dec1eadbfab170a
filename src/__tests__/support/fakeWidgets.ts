/**
 * Stand-ins for ipywidgets in the page, with the names that the page depends on.
 */
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Signal } from '@lumino/signaling';
import { Panel, Widget } from '@lumino/widgets';

import type { IWidgetManager, IWidgetModel } from '../../internals/ipywidgets';
import type { IWidgetRenderer } from '../../internals/widgetOutputs';

/** A model that a manager forgets when its comm is closed. */
export class FakeWidget implements IWidgetModel {
  constructor(
    readonly model_id: string,
    private readonly _properties: Record<string, unknown> = {}
  ) {}

  comm_live = true;
  views: IWidgetModel['views'];
  /** The references from and to it that remain. */
  readonly ties = new Set(['close', 'message', 'listeners', 'listening']);
  readonly comm = {
    on_close: () => void this.ties.delete('close'),
    on_msg: () => void this.ties.delete('message')
  };
  onClose = () => undefined as void;

  get(name: string): unknown {
    return this._properties[name];
  }

  set(name: string, value: unknown): void {
    this._properties[name] = value;
  }

  off(): void {
    this.ties.delete('listeners');
  }

  stopListening(): void {
    this.ties.delete('listening');
  }

  trigger(event: string): void {
    if (event === 'comm:close') {
      this.onClose();
    }
  }
}

/** The four models of a canvas. */
export function fakeCanvas(id: string): FakeWidget {
  const toolbar = new FakeWidget(`${id}-toolbar`, {
    layout: new FakeWidget(`${id}-toolbar-layout`)
  });
  return new FakeWidget(id, {
    _model_name: 'MPLCanvasModel',
    layout: new FakeWidget(`${id}-layout`),
    toolbar
  });
}

/** A widget with others inside. */
export function fakeBox(id: string, children: IWidgetModel[]): FakeWidget {
  return new FakeWidget(id, { children });
}

/** A manager that fetches the models that it does not have, as that of ipywidgets does. */
export class FakeManager implements IWidgetManager {
  readonly restored = new Signal<this, void>(this);
  restoredStatus = true;
  /** The ids of the canvases that the kernel has. */
  kernelHas: string[] = [];
  /** How often the kernel was asked for widgets. */
  fetches = 0;

  /** Add a canvas with its parts. */
  register(canvas: FakeWidget): void {
    const toolbar = canvas.get('toolbar') as FakeWidget;
    for (const each of [
      canvas,
      canvas.get('layout') as FakeWidget,
      toolbar,
      toolbar.get('layout') as FakeWidget
    ]) {
      this._models.set(each.model_id, each);
      each.onClose = () => void this._models.delete(each.model_id);
    }
  }

  has_model(id: string): boolean {
    return this._models.has(id);
  }

  async get_model(id: string): Promise<IWidgetModel> {
    const model = this._models.get(id);
    if (!model) {
      throw new Error('widget model not found');
    }
    return model;
  }

  async restoreWidgets(): Promise<void> {
    this.fetches += 1;
    for (const id of this.kernelHas) {
      if (!this.has_model(id)) {
        this.register(fakeCanvas(id));
      }
    }
  }

  private readonly _models = new Map<string, FakeWidget>();
}

/** The widget of a view. */
export class FakeView extends Widget {
  constructor(readonly _view: { model: IWidgetModel } | null) {
    super();
  }
}

/** A renderer that behaves like that of jupyterlab_widgets. */
export class FakeRenderer extends Panel implements IWidgetRenderer {
  constructor(manager: IWidgetManager) {
    super();
    this._manager = { promise: Promise.resolve(manager) };
  }

  readonly _manager: { promise: Promise<IWidgetManager> };

  async renderModel(output: IRenderMime.IMimeModel): Promise<void> {
    this.node.replaceChildren('Loading widget...');
    const manager = await this._manager.promise;
    try {
      const model = await manager.get_model(output.data.id as string);
      const view = new FakeView({ model });
      this.node.textContent = '';
      this.addWidget(view);
      view.disposed.connect(() => {
        this.hide();
      });
    } catch {
      this.node.replaceChildren('Error displaying widget: model not found');
      this.addClass('jupyter-widgets');
    }
  }
}
