/**
 * How ipywidgets keeps the models of widgets.
 *
 * The page supports the ipywidgets that JupyterLab 4 does: 8.0 and later
 * (`jupyterlab_widgets` 3). For each name that is private or not documented:
 * since which version it is there, what is lost when it is gone, and what
 * happens then.
 */
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import { forgetSubshell as forgetSubshellOf } from './jupyterlab';

/** The target name of all comms of widgets (documented in the protocol of widgets). */
export const COMM_TARGET = 'jupyter.widget';

/** What the page knows of a widget in the kernel. */
export interface IWidgetModel {
  /** Connects it with the widget in the kernel. */
  readonly comm?: {
    on_close(callback: () => void): void;
    on_msg(callback: () => void): void;
  };
  /** Whether the kernel has the widget. */
  comm_live: boolean;
  /** The id that it shares with the widget in the kernel. */
  readonly model_id: string;
  /** Return the value of a property. */
  get(name: string): unknown;
  /** Remove all its listeners. */
  off(): void;
  /** Change a property, in the page only. */
  set(name: string, value: unknown): void;
  /** Stop listening to others. */
  stopListening(): void;
  /** Emit an event. */
  trigger(event: string): void;
  /** The views that show it, by their ids. */
  readonly views?: Record<string, Promise<IWidgetView>>;
}

/** Shows a widget in one place. */
interface IWidgetView {
  /** What it shows. */
  readonly model?: unknown;
  /** What it adds to the page. */
  readonly luminoWidget?: Widget;
  /** What it was made with. */
  readonly options?: { parent?: { model?: unknown } };
}

/** Keeps the models of the widgets of one kernel. */
export interface IWidgetManager {
  /** Emitted when the models were fetched from the kernel. */
  readonly restored?: ISignal<unknown, void>;
  /** Whether they were fetched. */
  readonly restoredStatus?: boolean;
  /** Return whether there is a model with that id, or will be. */
  has_model(id: string): boolean;
  /** Return the model with that id. */
  get_model(id: string): Promise<IWidgetModel>;
  /** Fetch the models that the page does not have. */
  restoreWidgets?(
    notebook: unknown,
    from: { loadKernel: boolean; loadNotebook: boolean }
  ): Promise<void>;
}

/**
 * Return whether a value is the model of a widget.
 *
 * It has `comm_live`, `model_id` and `trigger` (all public, since 7.0). Without
 * one of them nothing is known of an output with a widget, and it stays as
 * ipywidgets shows it.
 */
export function isModel(value: unknown): value is IWidgetModel {
  const model = value as Partial<IWidgetModel> | null | undefined;
  return (
    typeof model?.comm_live === 'boolean' &&
    typeof model.model_id === 'string' &&
    typeof model.trigger === 'function'
  );
}

/**
 * Return the name of the class of a model; empty when it has none.
 *
 * `_model_name` is part of the protocol of widgets (since 4.0).
 */
export function classOf(model: IWidgetModel): string {
  const name = model.get('_model_name');
  return typeof name === 'string' ? name : '';
}

/**
 * Return the widgets inside of another one: of a box, tabs, a layout.
 *
 * `children` is the documented property of all containers (since 4.0).
 */
export function childrenOf(container: IWidgetModel): readonly unknown[] {
  const value = container.get('children');
  return Array.isArray(value) ? value : [];
}

/**
 * Return whether a manager has fetched the models of its kernel.
 *
 * `restoredStatus` (jupyterlab_widgets 1.0) is public and not documented.
 * Without it the answer is yes: while a page loads, a canvas may be a
 * placeholder for a moment before it is drawn.
 */
export function isRestored(manager: IWidgetManager): boolean {
  return manager.restoredStatus ?? true;
}

/**
 * Call `slot` each time that a manager has fetched the models of its kernel.
 *
 * `restored` (jupyterlab_widgets 1.0) is public and not documented. Without it,
 * a canvas that was fetched is drawn when something else happens in the kernel.
 *
 * @param owner - the object whose disposal ends the connection
 */
export function onRestored(
  manager: IWidgetManager,
  slot: () => void,
  owner: object
): void {
  manager.restored?.connect(slot, owner);
}

/**
 * Fetch from the kernel the models that the page does not have.
 *
 * `restoreWidgets` (jupyterlab_widgets 1.0) is public and not documented.
 * Without it nothing is fetched: a canvas whose opening the page has missed
 * shows a placeholder until the page is reloaded.
 */
export async function fetchModels(
  manager: IWidgetManager,
  notebook: unknown
): Promise<void> {
  await manager.restoreWidgets?.(notebook, {
    loadKernel: true,
    loadNotebook: false
  });
}

/**
 * Unregister a model, so that the manager fetches another with the same id.
 *
 * `comm:close` is the event with which the manager does so when a comm is
 * closed (since 7.0). Without it the dead model stays, and so does its
 * placeholder, until the page is reloaded.
 */
export function unregister(model: IWidgetModel): void {
  model.trigger('comm:close');
}

/**
 * Remove a widget from the page where another one does not show it any more.
 *
 * ipywidgets leaves that to the view of the widget, and the one of ipympl
 * (0.10) does not do it. The names are `views` (7.0), `options.parent` of a
 * view (7.0) and `luminoWidget` (8.0). Without one of them, the picture of the
 * dead canvas stays beside the one that replaces it.
 */
export async function removeViews(
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
 * Remove from a model the views that could not be made of it.
 *
 * ipywidgets (8.0) puts an error in the place of such a view, and leaves it
 * among the `views` of the model, all of which ipympl (0.10) asks to draw each
 * picture. Without `views`, each picture logs an error in the console.
 */
export async function forgetErrorViews(model: IWidgetModel): Promise<void> {
  const { views = {} } = model;
  for (const [id, promised] of Object.entries(views)) {
    const view = await promised.catch(() => null);
    if (view?.model && view.model !== model) {
      delete views[id];
    }
  }
}

/**
 * Release a dead model and what it refers to.
 *
 * A comm of JupyterLab (services 7.6) keeps its callbacks for good, and they
 * keep the model; so the callbacks are replaced (`on_close` and `on_msg` of the
 * comm, since 7.0). Without them the page keeps the memory of dead canvases.
 */
export function release(model: IWidgetModel): void {
  model.comm?.on_close(ignore);
  model.comm?.on_msg(ignore);
  model.stopListening();
  model.off();
}

/**
 * Send the next messages of widgets to the new process of their kernel.
 *
 * `jsServicesComm` is JupyterLab's comm inside that of ipywidgets
 * (jupyterlab_widgets 1.0). For what is lost without it see the function of the
 * same name in `jupyterlab.ts`.
 */
export function forgetSubshell(model: IWidgetModel): void {
  const { jsServicesComm } = (model.comm ?? {}) as { jsServicesComm?: object };
  if (jsServicesComm) {
    forgetSubshellOf(jsServicesComm);
  }
}

function ignore(): void {
  // A comm needs something to call.
}
