/**
 * How the page talks to the routes of the guard.
 */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** The methods of the requests. */
export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** What a request carries. */
export interface IContent {
  /** The body, which is sent as JSON. */
  readonly body?: object;
  /** The query of the address. */
  readonly query?: { readonly [name: string]: string };
}

/** Thrown when the Jupyter server does not have the routes of the guard. */
export class ServerHalfMissing extends ServerConnection.ResponseError {
  constructor(response: Response) {
    super(response, 'Install and enable the server half of jupyter-mpl-guard.');
  }
}

/**
 * Send one request, and return the response when it succeeds.
 *
 * Jupyter answers to a route that does not exist with HTML, and the guard
 * answers to a kernel that does not exist with JSON. This distinguishes the two
 * kinds of 404.
 */
export async function send(
  settings: ServerConnection.ISettings,
  method: Method,
  path: readonly string[],
  { body, query = {} }: IContent = {}
): Promise<Response> {
  const url = URLExt.join(
    settings.baseUrl,
    'mpl-guard',
    ...path.map(encodeURIComponent)
  );
  const search = URLExt.objectToQueryString(query);
  const response = await ServerConnection.makeRequest(
    url + search,
    { method, ...(body ? { body: JSON.stringify(body) } : {}) },
    settings
  );
  if (response.ok) {
    return response;
  }
  const answer = parse(await response.text());
  const message = (answer as { message?: unknown } | undefined)?.message;
  if (typeof message === 'string' && message) {
    throw new ServerConnection.ResponseError(response, message);
  }
  if (response.status === 404) {
    throw new ServerHalfMissing(response);
  }
  throw new ServerConnection.ResponseError(response);
}

/** Send one request, and return its answer as parsed JSON. */
export async function request(
  settings: ServerConnection.ISettings,
  method: Method,
  path: readonly string[],
  body?: object
): Promise<{ answer: unknown; response: Response }> {
  const response = await send(settings, method, path, { body });
  const answer = parse(await response.text());
  if (answer === undefined && response.status !== 204) {
    throw new ServerConnection.ResponseError(
      response,
      `The answer to ${method} ${response.url} is not JSON.`
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
