/**
 * The cells that figures come from, and one that applies their settings.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';

import { cellsOf, isConsole } from '../../outputs/plotPanel';
import type { PlotPanel } from '../../tokens';

/** The class of the cell that was gone to. */
const FOUND = 'jp-MplGuard-mod-found';

/** How long the cell is marked, in milliseconds. */
const MARKED = 2000;

/** Return whether a notebook or console has a cell. */
export function hasCell(panel: PlotPanel, cell: string | null): boolean {
  return cell !== null && indexOf(panel, cell) >= 0;
}

/** Go to a cell, and mark it for a moment. */
export async function goToCell(
  panel: PlotPanel,
  cell: string,
  shell: JupyterFrontEnd.IShell
): Promise<void> {
  const index = indexOf(panel, cell);
  if (index < 0) {
    return;
  }
  shell.activateById(panel.id);
  const widget = cellsOf(panel)[index];
  widget.addClass(FOUND);
  window.setTimeout(() => {
    if (!widget.isDisposed) {
      widget.removeClass(FOUND);
    }
  }, MARKED);
  if (isConsole(panel)) {
    widget.node.scrollIntoView({ block: 'nearest' });
    return;
  }
  const { content } = panel;
  content.deselectAll();
  content.activeCellIndex = index;
  await content.scrollToCell(widget, 'auto');
}

/** Insert a code cell below the active one, and go to it; a console gets the code in its prompt. */
export async function insertCell(
  panel: PlotPanel,
  code: string,
  shell: JupyterFrontEnd.IShell
): Promise<void> {
  const source = code.trimEnd();
  if (isConsole(panel)) {
    panel.console.promptCell?.model.sharedModel.setSource(source);
    shell.activateById(panel.id);
    return;
  }
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

function indexOf(panel: PlotPanel, cell: string): number {
  return cellsOf(panel).findIndex(({ model }) => model.id === cell);
}
