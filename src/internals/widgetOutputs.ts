/**
 * How ipywidgets draws an output.
 *
 * The versions are those of `ipywidgets.ts`. For each name that is private or
 * not documented: since which version it is there, what is lost when it is
 * gone, and what happens then.
 */
import type { IOutputModel } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Signal } from '@lumino/signaling';
import type { Panel, Widget } from '@lumino/widgets';

import type { IWidgetManager, IWidgetModel } from './ipywidgets';
import { isModel } from './ipywidgets';

/** Draws a widget in an output. */
export interface IWidgetRenderer extends Panel, IRenderMime.IRenderer {}

/** What an output shows: a model, or the reason why it shows none. */
export type ShownModel = IWidgetModel | 'error' | 'loading' | 'unknown';

/**
 * Return whether a renderer draws widgets.
 *
 * It is a panel to which each drawing adds a widget (jupyterlab_widgets 1.0).
 * When it is not, its output stays as it is.
 */
export function drawsWidgets(
  renderer: Widget & IRenderMime.IRenderer
): renderer is IWidgetRenderer {
  return Array.isArray((renderer as { widgets?: unknown }).widgets);
}

/**
 * Return what a renderer shows at the moment.
 *
 * - `_view`: the view of a widget that ipywidgets adds to the page (7.0).
 *   Without it the result is `unknown`, and the output stays as it is.
 * - `jupyter-widgets`: the class that the renderer has while it shows an error
 *   (jupyterlab_widgets 1.0). Without it an error is reported as `loading`: it
 *   stays until the output is drawn again.
 * - `ErrorWidgetView`: the view in place of one that could not be made (8.0).
 *   Without it, such an output stays as it is.
 */
export function shownBy(renderer: IWidgetRenderer): ShownModel {
  if (renderer.isHidden) {
    // Its view was closed, and the renderer stays hidden.
    return 'unknown';
  }
  const { widgets } = renderer;
  if (!widgets.length) {
    return renderer.hasClass('jupyter-widgets') ? 'error' : 'loading';
  }
  const view = (widgets[widgets.length - 1] as { _view?: { model?: unknown } })
    ._view;
  const model = view?.model as Partial<IWidgetModel> | undefined;
  // ipympl: a canvas that has no toolbar yet, for instance.
  if (model?.get?.('_view_name') === 'ErrorWidgetView') {
    return 'error';
  }
  return isModel(model) ? model : 'unknown';
}

/**
 * Return the manager that a renderer has or will have.
 *
 * `_manager` is the promise that a renderer waits for (jupyterlab_widgets 1.0).
 * Without it the result is null: canvases are found dead and never alive, so
 * those that were restored appear with the next run of their cell.
 */
export function managerOf(
  renderer: IWidgetRenderer
): Promise<IWidgetManager> | null {
  const promised = (
    renderer as { _manager?: { promise?: Promise<IWidgetManager> } }
  )._manager?.promise;
  return promised instanceof Promise ? promised : null;
}

/**
 * Remove what a renderer shows: a view, a message, an error.
 *
 * When the widget of a view is disposed, its renderer assumes that the user
 * wants that, hides and empties the model id of the output. So its listeners
 * are disconnected first.
 */
export function empty(renderer: IWidgetRenderer): void {
  for (const widget of [...renderer.widgets]) {
    Signal.disconnectSender(widget);
    widget.parent = null;
    // Ends the view as well, and its listeners in the window.
    widget.dispose();
  }
  renderer.removeClass('jupyter-widgets');
  renderer.node.textContent = '';
}

/** Draw an output again in its place. */
export async function redraw(
  renderer: IWidgetRenderer,
  output: IOutputModel
): Promise<void> {
  empty(renderer);
  await renderer.renderModel(output);
}
