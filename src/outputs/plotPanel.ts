/**
 * One view of notebooks and code consoles: both have a kernel, and cells with outputs.
 */
import type { ISessionContext } from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IConsole, PlotPanel } from '../tokens';

/** The document behind a panel, as far as plots depend on it. */
export interface IPlotContext {
  /** Emitted when it is closed. */
  readonly disposed: ISignal<unknown, void>;
  /** The notebook; null while it is not loaded, and for a console. */
  readonly model: INotebookModel | null;
  /** Its path. */
  readonly path: string;
  /** Emitted with the new path when it is renamed. */
  readonly pathChanged: ISignal<unknown, string>;
  /** Fulfilled when its content is loaded. */
  readonly ready: Promise<void>;
  /** The session with its kernel. */
  readonly sessionContext: ISessionContext;
}

/** Return whether a panel is a code console. */
export function isConsole(panel: PlotPanel): panel is IConsole {
  return 'console' in panel;
}

/** Return the cells that a panel shows, in their order. */
export function cellsOf(panel: PlotPanel): readonly Cell[] {
  return isConsole(panel) ? [...panel.console.cells] : panel.content.widgets;
}

/** Return what draws the outputs of a panel. */
export function rendermimeOf(panel: PlotPanel): IRenderMimeRegistry {
  return isConsole(panel) ? panel.console.rendermime : panel.content.rendermime;
}

/** Return the path of the document of a panel; a console has one that stands for it. */
export function pathOf(panel: PlotPanel): string {
  return isConsole(panel) ? panel.sessionContext.path : panel.context.path;
}

/** Return the document behind a panel; that of a console is never saved nor renamed. */
export function contextOf(panel: PlotPanel): IPlotContext {
  if (!isConsole(panel)) {
    return panel.context;
  }
  const { disposed, sessionContext } = panel;
  return {
    disposed,
    model: null,
    path: sessionContext.path,
    pathChanged: new Signal<object, string>(panel),
    ready: Promise.resolve(),
    sessionContext
  };
}

/** Call `slot` each time that the cells of a panel change. */
export function onCells(
  panel: PlotPanel,
  slot: () => void,
  owner: object
): void {
  if (isConsole(panel)) {
    panel.console.cells.changed.connect(slot, owner);
    return;
  }
  const { content } = panel;
  const follow = () => {
    content.model?.cells.changed.connect(slot, owner);
    slot.call(owner);
  };
  content.modelChanged.connect(follow, owner);
  follow();
}
