/**
 * The models of a kernel's canvases in the page.
 */
import type { INotebookModel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';

import { keepPicture } from './canvasPicture';
import type { IWidgetManager, IWidgetModel } from '../internals/ipywidgets';
import { forgetSubshell, isModel } from '../internals/ipywidgets';

/**
 * The live model of a canvas; null when the page has none.
 *
 * A canvas gets its toolbar after it was opened, and cannot be drawn without.
 */
export async function liveModel(
  manager: IWidgetManager,
  id: string
): Promise<IWidgetModel | null> {
  if (!manager.has_model(id)) {
    return null;
  }
  try {
    const model = await manager.get_model(id);
    const toolbar = model.get('toolbar');
    return model.comm_live && isModel(toolbar) && toolbar.comm_live
      ? model
      : null;
  } catch {
    return null; // it has gone meanwhile
  }
}

/**
 * Take a canvas for dead, with its toolbar: the process that it belonged to has
 * ended. ipywidgets does so when the page sees a kernel restart, but not when
 * somebody else restarts it, nor when another kernel takes over.
 */
export function bury(canvas: IWidgetModel): void {
  forgetSubshell(canvas);
  keepPicture(canvas);
  for (const model of parts(canvas)) {
    if (model.comm_live) {
      model.comm_live = false;
    }
  }
}

/**
 * Let go of a dead canvas when another has taken its place in all outputs.
 *
 * Else the page would keep each of them with all that it was drawn with:
 * JupyterLab's comms (services 7.6) are held by their kernel's signal for good,
 * and hold their model; and ipympl's views (0.10) go on listening to it.
 */
export function release(canvas: IWidgetModel): void {
  for (const model of parts(canvas)) {
    if (!model.comm_live) {
      model.comm?.on_close(ignore);
      model.comm?.on_msg(ignore);
      model.stopListening();
      model.off();
    }
  }
}

/**
 * Fetch canvases that the kernel has from the kernel.
 *
 * That is needed where the page has missed the messages that opened them: it
 * was connecting at that moment. ipywidgets fetches only what it does not know,
 * so dead models have to leave before; the event with which they do is the one
 * of a closed comm.
 *
 * It must not be called for a canvas whose live model is there: the same event
 * would take away the new one.
 */
export async function fetchCanvases(
  manager: IWidgetManager,
  ids: readonly string[],
  kernel: Kernel.IKernelConnection,
  notebook: INotebookModel | null
): Promise<void> {
  // What the kernel has sent before it answers arrives before the answer does.
  const answer = await kernel.requestCommInfo({
    target_name: 'jupyter.widget'
  });
  const { content } = answer;
  const open = new Set(
    content.status === 'ok' ? Object.keys(content.comms) : []
  );
  let missing = false;
  for (const id of ids) {
    if (!open.has(id) || (await liveModel(manager, id))) {
      continue;
    }
    missing = true;
    if (manager.has_model(id)) {
      for (const model of parts(await manager.get_model(id))) {
        if (!model.comm_live && manager.has_model(model.model_id)) {
          const registered = await manager.get_model(model.model_id);
          if (registered === model) {
            model.trigger('comm:close');
          }
        }
      }
    }
  }
  if (missing) {
    await manager.restoreWidgets(notebook, {
      loadKernel: true,
      loadNotebook: false
    });
  }
}

/** The models of a canvas: its own, its toolbar's, and a layout of each. */
function parts(canvas: IWidgetModel): IWidgetModel[] {
  const toolbar = canvas.get('toolbar');
  return [canvas, canvas.get('layout'), toolbar]
    .concat(isModel(toolbar) ? [toolbar.get('layout')] : [])
    .filter(isModel);
}

function ignore(): void {
  // A comm has to have somebody to call.
}
