/**
 * The requests to the server, one function for each route that the page uses.
 */
import { ServerConnection } from '@jupyterlab/services';

import type { PlotState } from '../plotState';
import type { FigureChoice } from '../tokens';
import type { Method } from './request';
import { request } from './request';
import { plotStateFrom } from './stateCheck';

/** What the server restores automatically. */
export interface IPolicy {
  /** Whether anything is restored at all. */
  enabled: boolean;
  /** When figures are restored automatically. */
  figures: 'crash' | 'always' | 'never';
  /** Which imports, code from cells and data are saved. */
  data: 'all' | 'plots' | 'none';
}

/**
 * Request a restore, or join the one in progress, and wait for its outcome.
 *
 * This and the other functions throw a `ServerConnection.ResponseError` when the
 * server refuses or its answer is not as expected, a `ServerHalfMissing` when it
 * does not have the route, and a `ServerConnection.NetworkError` when it cannot
 * be reached.
 */
export function reinit(
  settings: ServerConnection.ISettings,
  kernelId: string,
  figures: FigureChoice = 'auto',
  backend?: string
): Promise<PlotState> {
  return requestState(settings, 'POST', ['reinit'], {
    kernel_id: kernelId,
    figures,
    // `all` and `none` answer both offers by one click; a list only figures.
    ...(typeof figures === 'string' && figures !== 'auto'
      ? { data: figures }
      : {}),
    ...(backend ? { backend } : {})
  });
}

/** Return the plot state of a kernel. */
export function getState(
  settings: ServerConnection.ISettings,
  kernelId: string
): Promise<PlotState> {
  return requestState(settings, 'GET', ['kernels', kernelId]);
}

/** Switch the guard off or on for one kernel. */
export function setPaused(
  settings: ServerConnection.ISettings,
  kernelId: string,
  paused: boolean
): Promise<PlotState> {
  return requestState(settings, 'PATCH', ['kernels', kernelId], { paused });
}

/** Set whether the next process of a kernel restores anything automatically. */
export function setNextRestore(
  settings: ServerConnection.ISettings,
  kernelId: string,
  next: 'auto' | 'none'
): Promise<PlotState> {
  return requestState(settings, 'PATCH', ['kernels', kernelId], {
    next_restore: next
  });
}

/** Close a figure that is alive, or dismiss one that is offered or lost. */
export function removeFigure(
  settings: ServerConnection.ISettings,
  kernelId: string,
  figure: string
): Promise<PlotState> {
  return requestState(settings, 'DELETE', [
    'kernels',
    kernelId,
    'figures',
    figure
  ]);
}

/** Delete what the kernel has saved about its plots. */
export async function forget(
  settings: ServerConnection.ISettings,
  kernelId: string
): Promise<void> {
  await request(settings, 'DELETE', ['kernels', kernelId]);
}

/** Change the policy on the server; what is not named stays as it is. */
export async function setPolicy(
  settings: ServerConnection.ISettings,
  changes: Partial<IPolicy>
): Promise<IPolicy> {
  const { answer } = await request(settings, 'PUT', ['policy'], changes);
  return answer as IPolicy;
}

/** Send one request, and return the plot state that answers it. */
async function requestState(
  settings: ServerConnection.ISettings,
  method: Method,
  path: readonly string[],
  body?: object
): Promise<PlotState> {
  const { answer, response } = await request(settings, method, path, body);
  const state = plotStateFrom(answer);
  if (!state) {
    throw new ServerConnection.ResponseError(
      response,
      `The answer to ${method} ${response.url} is not a plot state that this page knows: reload the page.`
    );
  }
  return state;
}
