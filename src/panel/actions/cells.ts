/**
 * The cells of a notebook that figures come from, and one that makes their settings.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { NotebookPanel } from '@jupyterlab/notebook';

/** The class of the cell that was gone to. */
const FOUND = 'jp-MplGuard-mod-found';

/** How long the cell is marked, in milliseconds. */
const MARKED = 2000;

/** Return whether a notebook has a cell. */
export function hasCell(panel: NotebookPanel, cell: string | null): boolean {
  return cell !== null && indexOf(panel, cell) >= 0;
}

/** Go to a cell, and mark it for a moment. */
export async function goToCell(
  panel: NotebookPanel,
  cell: string,
  shell: JupyterFrontEnd.IShell
): Promise<void> {
  const { content } = panel;
  const index = indexOf(panel, cell);
  if (index < 0) {
    return;
  }
  shell.activateById(panel.id);
  content.deselectAll();
  content.activeCellIndex = index;
  const widget = content.widgets[index];
  widget.addClass(FOUND);
  window.setTimeout(() => {
    if (!widget.isDisposed) {
      widget.removeClass(FOUND);
    }
  }, MARKED);
  await content.scrollToCell(widget, 'auto');
}

/** Insert a code cell below the active one, and go to it. */
export async function insertCell(
  panel: NotebookPanel,
  source: string,
  shell: JupyterFrontEnd.IShell
): Promise<void> {
  const { content } = panel;
  const cells = content.model?.sharedModel;
  if (cells) {
    const cell = cells.insertCell(content.activeCellIndex + 1, {
      cell_type: 'code',
      source
    });
    await goToCell(panel, cell.id, shell);
  }
}

function indexOf({ content }: NotebookPanel, cell: string): number {
  return content.widgets.findIndex(({ model }) => model.id === cell);
}
