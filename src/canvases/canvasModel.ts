/**
 * The model of one canvas in the page.
 */
import type { INotebookModel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';

import { isComplete, partsOf } from '../internals/ipympl';
import type { IWidgetManager, IWidgetModel } from '../internals/ipywidgets';
import {
  COMM_TARGET,
  fetchModels,
  forgetSubshell,
  isRestored,
  release,
  unregister
} from '../internals/ipywidgets';
import { discardComm } from '../internals/jupyterlab';
import { keepPicture } from './canvasPicture';

/** Return the live model of a canvas; null when the page has none. */
export async function liveModel(
  manager: IWidgetManager,
  id: string
): Promise<IWidgetModel | null> {
  if (!manager.has_model(id)) {
    return null;
  }
  try {
    const model = await manager.get_model(id);
    return model.comm_live && isComplete(model) ? model : null;
  } catch {
    return null; // it was closed meanwhile
  }
}

/**
 * Mark a canvas and its toolbar as dead, because their process has ended.
 *
 * ipywidgets does so when the page sees a kernel restart, but not when another
 * client restarts it, nor when another kernel replaces it.
 */
export function markDead(canvas: IWidgetModel): void {
  forgetSubshell(canvas);
  void keepPicture(canvas);
  for (const model of partsOf(canvas)) {
    if (model.comm_live) {
      model.comm_live = false;
    }
  }
}

/**
 * Release a dead canvas, once another one has replaced it in all outputs.
 *
 * Otherwise it stays in memory with everything that it was drawn with: its comm
 * refers to it, and the views of ipympl (0.10) go on listening to it.
 */
export function releaseDead(canvas: IWidgetModel): void {
  for (const model of partsOf(canvas)) {
    if (!model.comm_live) {
      release(model);
    }
  }
}

/**
 * Return whether a widget has a comm and no model: ipywidgets has made the comm
 * to request the state of the widget, after the kernel was busy for too long to
 * send all states at once.
 *
 * It then waits for the states of all widgets, also of those that are closed
 * before the kernel comes to their requests, which it never answers.
 */
export function isStuck(
  manager: IWidgetManager,
  id: string,
  kernel: Pick<Kernel.IKernelConnection, 'hasComm'> | null
): boolean {
  return !!kernel?.hasComm(id) && !manager.has_model(id);
}

/**
 * Fetch canvases from the kernel, where the page has missed the messages that
 * opened them: it was connecting at that moment.
 *
 * ipywidgets fetches only models that it does not know, so dead ones are
 * unregistered before. This must not happen to a canvas that has a live model:
 * the new one would be unregistered.
 */
export async function fetchCanvases(
  manager: IWidgetManager,
  ids: readonly string[],
  kernel: Kernel.IKernelConnection,
  notebook: INotebookModel | null
): Promise<void> {
  let open = new Set<string>();
  // What the kernel has sent before it answers arrives before the answer. While
  // ipywidgets fetches widgets, it has requested them all before the last round.
  const isFetching = !isRestored(manager);
  for (let rounds = isFetching ? 3 : 1; rounds; rounds--) {
    const { content } = await kernel.requestCommInfo({
      target_name: COMM_TARGET
    });
    open = new Set(content.status === 'ok' ? Object.keys(content.comms) : []);
  }
  if (isFetching) {
    const stuck = [...open].filter(id => isStuck(manager, id, kernel));
    stuck.forEach(id => discardComm(kernel, id));
  }
  let isMissing = false;
  for (const id of ids) {
    if (open.has(id) && !(await liveModel(manager, id))) {
      isMissing = true;
      await unregisterDead(manager, id);
    }
  }
  if (isMissing) {
    await fetchModels(manager, notebook);
  }
}

/** Unregister the dead models of a canvas from the manager. */
async function unregisterDead(
  manager: IWidgetManager,
  id: string
): Promise<void> {
  if (!manager.has_model(id)) {
    return;
  }
  for (const model of partsOf(await manager.get_model(id))) {
    if (!model.comm_live && manager.has_model(model.model_id)) {
      const registered = await manager.get_model(model.model_id);
      if (registered === model) {
        unregister(model);
      }
    }
  }
}
