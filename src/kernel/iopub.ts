/**
 * Reads what the agent publishes on the iopub channel of its kernel.
 */
import type { KernelMessage } from '@jupyterlab/services';

import type { PlotState, PlotStatus } from '../plotState';
import { plotStateFrom } from './stateCheck';

/** The MIME type of plot states in messages. */
export const PLOT_STATE_MIMETYPE =
  'application/vnd.jupyter-mpl-guard.plot-state+json';

/** The statuses that the agent knows as well as the server does. */
const KNOWN_TO_AGENT: ReadonlySet<PlotStatus> = new Set<PlotStatus>([
  'absent',
  'live',
  'restoring',
  'restored',
  'partial',
  'offered'
]);

/** Return the plot state in a message; null when it has none. */
export function plotStateIn(message: KernelMessage.IMessage): PlotState | null {
  if (message.header.msg_type !== 'update_display_data') {
    return null;
  }
  const { data } =
    message.content as KernelMessage.IUpdateDisplayDataMsg['content'];
  return plotStateFrom(data[PLOT_STATE_MIMETYPE]);
}

/** The figures that a cell may have shown. */
export interface ICellFigures {
  /** The id of the cell. */
  readonly cell: string;
  /** The ids of the figures; null for each that the kernel does not keep. */
  readonly figures: readonly (string | null)[];
}

/** Return what a message with a plot state says about the cell that has run; null when it says nothing. */
export function cellFiguresIn(
  message: KernelMessage.IMessage
): ICellFigures | null {
  if (!plotStateIn(message)) {
    return null;
  }
  const { metadata } =
    message.content as KernelMessage.IUpdateDisplayDataMsg['content'];
  const drawn: unknown = metadata?.drawn;
  const { cell, figures } = (drawn ?? {}) as Partial<ICellFigures>;
  return typeof cell === 'string' &&
    Array.isArray(figures) &&
    figures.every(id => id === null || typeof id === 'string')
    ? { cell, figures }
    : null;
}

/**
 * Return whether a state that the agent has sent during a request is newer than the
 * answer to the request.
 *
 * It is, unless it only says that a restore is in progress, or the answer says
 * what only the server knows.
 */
export function supersedes(fromAgent: PlotState, answer: PlotState): boolean {
  return (
    fromAgent.incarnation >= answer.incarnation &&
    fromAgent.status !== 'restoring' &&
    KNOWN_TO_AGENT.has(answer.status)
  );
}
