/**
 * The plot states that the agent publishes on the kernel's iopub channel.
 */
import type { KernelMessage } from '@jupyterlab/services';

import type { PlotState, PlotStatus } from '../plotState';

/** The kind of data in which the agent publishes the plot state. */
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

/** The plot state in a message of the kernel's, or null if it holds none. */
export function published(message: KernelMessage.IMessage): PlotState | null {
  if (message.header.msg_type !== 'update_display_data') {
    return null;
  }
  const { data } =
    message.content as KernelMessage.IUpdateDisplayDataMsg['content'];
  const state = data[PLOT_STATE_MIMETYPE] as unknown as PlotState | undefined;
  return state?.version === 1 ? state : null;
}

/** Which figures a cell may have shown; null for one that the kernel does not keep. */
export interface IDrawing {
  /** The id of the cell. */
  readonly cell: string;
  /** The ids of the figures. */
  readonly figures: readonly (string | null)[];
}

/** What a message with a plot state says about the cell that has run. */
export function drawing(message: KernelMessage.IMessage): IDrawing | null {
  if (!published(message)) {
    return null;
  }
  const { metadata } =
    message.content as KernelMessage.IUpdateDisplayDataMsg['content'];
  return (metadata?.drawn as unknown as IDrawing | undefined) ?? null;
}

/**
 * Whether a state published while a request was under way is newer than the
 * request's answer.
 *
 * It is, unless it only says that a restore is going on, or the answer tells
 * what only the server knows.
 */
export function overtakes(heard: PlotState, answer: PlotState): boolean {
  return (
    heard.incarnation >= answer.incarnation &&
    heard.status !== 'restoring' &&
    KNOWN_TO_AGENT.has(answer.status)
  );
}
