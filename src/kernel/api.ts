/**
 * The requests to the server, one function for each route that the page uses.
 */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type { PlotState } from '../plotState';
import type { FigureChoice } from '../tokens';
import { plotStateFrom } from './stateCheck';

/** The methods of the requests. */
type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** What the server restores automatically. */
export interface IPolicy {
  /** Whether anything is restored at all. */
  enabled: boolean;
  /** When figures are restored automatically. */
  figures: 'crash' | 'always' | 'never';
  /** Which imports, code from cells and data are saved. */
  data: 'all' | 'plots' | 'none';
}

/** Thrown when the Jupyter server does not have the routes of the guard. */
export class ServerHalfMissing extends ServerConnection.ResponseError {
  constructor(response: Response) {
    super(response, 'Install and enable the server half of jupyter-mpl-guard.');
  }
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
  figures: FigureChoice = 'auto'
): Promise<PlotState> {
  return requestState(settings, 'POST', ['reinit'], {
    kernel_id: kernelId,
    figures,
    // One click takes both offers, or ends both.
    ...(figures === 'auto' ? {} : { data: figures })
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

/** Say whether the next process of one kernel restores anything by itself. */
export function setNextRestore(
  settings: ServerConnection.ISettings,
  kernelId: string,
  next: 'auto' | 'none'
): Promise<PlotState> {
  return requestState(settings, 'PATCH', ['kernels', kernelId], {
    next_restore: next
  });
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
  path: string[],
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

/**
 * Send one request, and return its answer as parsed JSON.
 *
 * Jupyter answers to a route that does not exist with HTML, and the guard
 * answers to a kernel that does not exist with JSON. This distinguishes the two
 * kinds of 404.
 */
async function request(
  settings: ServerConnection.ISettings,
  method: Method,
  path: string[],
  body?: object
): Promise<{ answer: unknown; response: Response }> {
  const url = URLExt.join(
    settings.baseUrl,
    'mpl-guard',
    ...path.map(encodeURIComponent)
  );
  const response = await ServerConnection.makeRequest(
    url,
    { method, ...(body ? { body: JSON.stringify(body) } : {}) },
    settings
  );
  const answer = parse(await response.text());
  if (!response.ok) {
    const message = (answer as { message?: unknown } | undefined)?.message;
    if (typeof message === 'string' && message) {
      throw new ServerConnection.ResponseError(response, message);
    }
    if (response.status === 404) {
      throw new ServerHalfMissing(response);
    }
    throw new ServerConnection.ResponseError(response);
  }
  if (answer === undefined && response.status !== 204) {
    throw new ServerConnection.ResponseError(
      response,
      `The answer to ${method} ${url} is not JSON.`
    );
  }
  return { answer, response };
}

/** Return a text as parsed JSON; undefined when it is not JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
