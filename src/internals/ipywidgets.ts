/**
 * The one place that knows how ipywidgets draws an output and speaks to a kernel.
 *
 * jupyterlab_widgets (since 1.0) draws a widget with a renderer of its own, a
 * panel to which it adds the widget of a new view each time that it renders.
 * From a renderer there is no public way to its view, nor to its manager: the
 * names with an underscore below are private. Where one of them is missing or
 * holds something else, nothing is known of the output and it stays as it is.
 */
import type { IOutputModel } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Panel, Widget } from '@lumino/widgets';

/** What the page knows of a widget in the kernel; all of it public. */
export interface IWidgetModel {
  /** What it hears of the kernel's widget by. */
  readonly comm?: {
    on_close(callback: () => void): void;
    on_msg(callback: () => void): void;
  };
  /** Whether there is a kernel behind it. */
  comm_live: boolean;
  /** The id that it shares with the kernel's widget. */
  readonly model_id: string;
  /** The value of one of its properties. */
  get(name: string): unknown;
  /** Have nobody listen to it. */
  off(): void;
  /** Change one of its properties, in the page only. */
  set(name: string, value: unknown): void;
  /** Listen to nobody. */
  stopListening(): void;
  /** Tell those who listen to it. */
  trigger(event: string): void;
  /** What shows it, in several places perhaps. */
  readonly views?: Record<string, Promise<IWidgetView>>;
}

/** What shows a widget in one place. */
export interface IWidgetView {
  /** What it shows. */
  readonly model?: unknown;
  /** What it puts on the page; public since ipywidgets 8. */
  readonly luminoWidget?: Widget;
  /** The view that it is part of, if it is; public, but not in the documentation. */
  readonly options?: { parent?: { model?: unknown } };
}

/** Holds the models of a kernel's widgets; all of it public. */
export interface IWidgetManager {
  /** Emitted when the models were fetched from the kernel. */
  readonly restored: ISignal<unknown, void>;
  /** Whether they have been. */
  readonly restoredStatus: boolean;
  /** Whether there is a model of that id, or one to be. */
  has_model(id: string): boolean;
  /** The model of that id. */
  get_model(id: string): Promise<IWidgetModel>;
  /** Fetch from the kernel the models that are not there; consoles take no arguments. */
  restoreWidgets(
    notebook: unknown,
    from: { loadKernel: boolean; loadNotebook: boolean }
  ): Promise<void>;
}

/** What draws a widget in an output. */
export interface IWidgetRenderer extends Panel, IRenderMime.IRenderer {}

/** The view's part of an output: its model, or why there is none. */
export type Shown = IWidgetModel | 'error' | 'loading' | 'unknown';

/** Whether a value is a widget's model. */
export function isModel(value: unknown): value is IWidgetModel {
  const model = value as Partial<IWidgetModel> | null | undefined;
  return (
    typeof model?.comm_live === 'boolean' &&
    typeof model.model_id === 'string' &&
    typeof model.trigger === 'function'
  );
}

/** Whether something draws widgets. */
export function drawsWidgets(
  renderer: Widget & IRenderMime.IRenderer
): renderer is IWidgetRenderer {
  return Array.isArray((renderer as unknown as Panel).widgets);
}

/** What a renderer shows at the moment. */
export function shownBy(renderer: IWidgetRenderer): Shown {
  if (renderer.isHidden) {
    // Its view was closed, and the renderer hides for good.
    return 'unknown';
  }
  const { widgets } = renderer;
  if (!widgets.length) {
    // A message stands there alone; that of an error is dressed as a widget.
    return renderer.hasClass('jupyter-widgets') ? 'error' : 'loading';
  }
  const view = (widgets[widgets.length - 1] as { _view?: { model?: unknown } })
    ._view;
  const model = view?.model as Partial<IWidgetModel> | undefined;
  // What ipywidgets 8 shows when a view cannot be made: of a canvas that has no toolbar yet, for instance.
  if (model?.get?.('_view_name') === 'ErrorWidgetView') {
    return 'error';
  }
  return isModel(model) ? model : 'unknown';
}

/** The manager that a renderer has or will have; null when there is no telling. */
export function managerOf(
  renderer: IWidgetRenderer
): Promise<IWidgetManager> | null {
  const promised = (
    renderer as unknown as { _manager?: { promise?: Promise<IWidgetManager> } }
  )._manager?.promise;
  return promised instanceof Promise ? promised : null;
}

/**
 * Take off what a renderer shows: a view, a message, an error.
 *
 * When the widget of a view is disposed, its renderer takes that for the user's
 * wish, hides and empties the output's model id. So it must not hear of it.
 */
export function empty(renderer: IWidgetRenderer): void {
  for (const widget of [...renderer.widgets]) {
    Signal.disconnectSender(widget);
    widget.parent = null;
    // Ends the view as well, and what it listens to in the window.
    widget.dispose();
  }
  renderer.removeClass('jupyter-widgets');
  renderer.node.textContent = '';
}

/** Draw an output again in its place. */
export async function drawAgain(
  renderer: IWidgetRenderer,
  output: IOutputModel
): Promise<void> {
  empty(renderer);
  await renderer.renderModel(output);
}

/**
 * Take a widget off that another one does not show any more.
 *
 * ipywidgets leaves it to the widget's view, and that of ipympl (0.10) forgets.
 */
export async function takeOff(
  child: IWidgetModel,
  container: IWidgetModel
): Promise<void> {
  for (const view of await Promise.all(Object.values(child.views ?? {}))) {
    if (view.options?.parent?.model === container) {
      view.luminoWidget?.dispose();
    }
  }
}

/**
 * Have a model forget the views that could not be made of it.
 *
 * ipywidgets (8) puts an error in the place of such a view, and leaves it among
 * the model's own, which ipympl (0.10) all asks to draw each picture.
 */
export async function forgetErrors(model: IWidgetModel): Promise<void> {
  const { views = {} } = model;
  for (const [id, promised] of Object.entries(views)) {
    const view = await promised.catch(() => null);
    if (view?.model && view.model !== model) {
      delete views[id];
    }
  }
}

/**
 * Have the page's next messages to widgets go to the kernel's new process.
 *
 * JupyterLab (since 4.4) sends them to a subshell, and remembers it by the
 * kernel's id until it sees the kernel restart. When somebody else restarts it,
 * the page sees none, and all it sends goes to a subshell that is no more
 * (private: `CommHandler._cleanSubshells`, reached through ipywidgets' shim).
 */
export function forgetSubshell(model: IWidgetModel): void {
  const { comm } = model as {
    comm?: { jsServicesComm?: { _cleanSubshells?: () => void } };
  };
  comm?.jsServicesComm?._cleanSubshells?.();
}
