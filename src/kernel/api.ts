/**
 * The REST calls of the guard, one function per endpoint that the page uses.
 */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type { PlotState } from '../plotState';

/**
 * Which figures a restore brings back: `auto` leaves it to the policy, `all`
 * takes an offer and `none` ends it.
 */
export type Figures = 'auto' | 'all' | 'none';

/** What the server restores without being asked. */
export interface IPolicy {
  /** Whether anything is restored at all. */
  enabled: boolean;
  /** When figures come back by themselves. */
  figures: 'crash' | 'always' | 'never';
}

/** Thrown where the Jupyter server does not know the guard's routes. */
export class ServerHalfMissing extends ServerConnection.ResponseError {
  constructor(response: Response) {
    super(response, 'Install and enable the server half of jupyter-mpl-guard.');
  }
}

/** Ask for a restore, or join the one under way, and wait for its outcome. */
export function reinit(
  settings: ServerConnection.ISettings,
  kernelId: string,
  figures: Figures = 'auto'
): Promise<PlotState> {
  return request(settings, 'POST', ['reinit'], {
    kernel_id: kernelId,
    figures
  });
}

/** The plot state of a kernel, as the server knows it. */
export function getState(
  settings: ServerConnection.ISettings,
  kernelId: string
): Promise<PlotState> {
  return request(settings, 'GET', ['kernels', kernelId]);
}

/** Switch the guard off or on for one kernel. */
export function setPaused(
  settings: ServerConnection.ISettings,
  kernelId: string,
  paused: boolean
): Promise<PlotState> {
  return request(settings, 'PATCH', ['kernels', kernelId], { paused });
}

/** Delete what the kernel has saved about its plots. */
export function forget(
  settings: ServerConnection.ISettings,
  kernelId: string
): Promise<void> {
  return request(settings, 'DELETE', ['kernels', kernelId]);
}

/** Change the policy; what is not named stays as it is. */
export function setPolicy(
  settings: ServerConnection.ISettings,
  changes: Partial<IPolicy>
): Promise<IPolicy> {
  return request(settings, 'PUT', ['policy'], changes);
}

/**
 * Send one request and read its answer.
 *
 * Jupyter answers a route that nobody serves with a page, and the guard answers
 * a kernel that nobody knows with JSON: that tells the two kinds of 404 apart.
 */
async function request<T>(
  settings: ServerConnection.ISettings,
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
  path: string[],
  body?: object
): Promise<T> {
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
  const text = await response.text();
  const answer = parse(text);
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
  return answer as T;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
