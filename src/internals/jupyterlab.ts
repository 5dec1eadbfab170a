/**
 * Undocumented names of JupyterLab and Lumino on which the page depends.
 *
 * For each name: since which version it is there, what is lost when it is gone,
 * and what happens then.
 */
import type { ILabShell, JupyterFrontEnd } from '@jupyterlab/application';
import type { OutputArea } from '@jupyterlab/outputarea';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

/** The widget that draws an output, and the MIME type as which it does. */
export type IOutputRenderer = Widget &
  IRenderMime.IRenderer & { readonly mimeType: string };

/**
 * Return what draws an output, from the item of an output area that holds it.
 *
 * - `renderModel`: an item holds a prompt, perhaps, and the renderer, in a
 *   panel (before 4.0; JupyterLab finds it in the same way).
 * - `mimeType`: all renderers of JupyterLab (before 4.0) and of ipywidgets
 *   have it, but the interface of renderers does not.
 *
 * Without one of them the result is null: plots of that output get no marks and
 * no placeholders, and canvases are not redrawn.
 */
export function rendererIn(item: Widget): IOutputRenderer | null {
  const { widgets } = item as { widgets?: readonly Widget[] };
  const renderer = widgets?.find(each => 'renderModel' in each);
  return renderer && 'mimeType' in renderer
    ? (renderer as IOutputRenderer)
    : null;
}

/**
 * Find the output areas inside of a widget: a view of an output has one, and so
 * have the `Output` widgets of ipywidgets.
 *
 * `outputTracker` (4.0) and `rendermime` (before 4.0) distinguish an output
 * area, whose class may be loaded more than once. Without one of them, plots in
 * views of outputs and in `Output` widgets stay as they are.
 */
export function* outputAreasIn(widget: Widget): Generator<OutputArea> {
  for (const child of widget.children()) {
    if ('outputTracker' in child && 'rendermime' in child) {
      yield child as OutputArea;
    } else {
      yield* outputAreasIn(child);
    }
  }
}

/**
 * Find the views of single outputs ("New View for Output") in the main area.
 *
 * The prefix of their id (2.0) is their only sign. JupyterLab puts them into a
 * frame or not, depending on its version. Without the prefix, plots in such
 * views stay as they are.
 */
export function* outputViewsIn(
  shell: JupyterFrontEnd.IShell
): Generator<Widget> {
  for (const place of shell.widgets('main')) {
    for (const view of [place, ...place.children()]) {
      if (view.id.startsWith('LinkedOutputView-')) {
        yield view;
      }
    }
  }
}

/**
 * Return the signal by which a shell announces that its layout has changed.
 *
 * JupyterLab's shell has `layoutModified` (before 4.0, documented for
 * `ILabShell`); the shell of Notebook does not. Without it, a view of an output
 * follows with the next change of the plot state.
 */
export function layoutModifiedOf(
  shell: JupyterFrontEnd.IShell
): ISignal<unknown, void> | null {
  return (
    (shell as Partial<Pick<ILabShell, 'layoutModified'>>).layoutModified ?? null
  );
}

/**
 * Return the image with which a renderer shows a picture.
 *
 * JupyterLab's renderer of pictures makes an `img` (before 4.0). Without it, the
 * picture of a placeholder has no alternative text.
 */
export function imageIn(renderer: Widget): HTMLImageElement | null {
  return renderer.node.querySelector('img');
}

/**
 * Move the keyboard focus to the cell around a node.
 *
 * `jp-Cell` is the class of a cell (before 4.0). Without it, the focus is lost
 * when a placeholder disappears whose button had it.
 */
export function focusCell(node: HTMLElement): void {
  node.closest<HTMLElement>('.jp-Cell')?.focus();
}

/**
 * Suppress the shortcuts of keys that are pressed in a node: Enter presses a
 * button and does not start to edit the cell around it.
 *
 * The attribute `data-lm-suppress-shortcuts` is read by Lumino's commands (1.x).
 * Without it, the button is pressed with the Space bar only.
 */
export function suppressShortcuts(node: HTMLElement): void {
  node.dataset.lmSuppressShortcuts = '';
}

/**
 * Send the next messages to widgets to the new process of a kernel.
 *
 * JupyterLab (services 7.4) sends them to a subshell, and remembers it by the
 * id of the kernel until it sees the kernel restart. When another client
 * restarts the kernel it sees none, and what it sends goes to a subshell that
 * does not exist any more. `_cleanSubshells` of a comm makes it forget the
 * subshell. Without it, a canvas does not follow the mouse after a restart by
 * another client, until the page is reloaded.
 *
 * @param comm - a comm of `@jupyterlab/services`
 */
export function forgetSubshell(comm: object): void {
  (comm as { _cleanSubshells?: () => void })._cleanSubshells?.();
}

/**
 * Discard a comm of a kernel, in the page only, so that another can be made.
 *
 * `_comms` are those of a kernel connection (services 7.0), by their ids.
 * Without it, widgets that ipywidgets waits for in vain are not loaded until
 * the page is reloaded.
 */
export function discardComm(kernel: object, id: string): void {
  const { _comms } = kernel as { _comms?: Map<string, IDisposable> };
  _comms?.get(id)?.dispose();
}
