/**
 * The requests about single figures, and about what is in force in a kernel.
 */
import { ServerConnection } from '@jupyterlab/services';

import type { IContent } from './request';
import { request, send } from './request';

/** The file formats in which the kernel draws a figure. */
export type FigureFormat = 'png' | 'svg' | 'pdf';

/** How a figure is drawn for a file; `savefig` decides what is left out. */
export interface IExport {
  /** The format of the file. */
  readonly format: FigureFormat;
  /** Dots per inch. */
  readonly dpi?: number;
  /** Whether the paper around the axes is transparent. */
  readonly transparent?: boolean;
}

/** One finding about the plotting of a kernel. */
export interface ICheck {
  /** The id of the check. */
  readonly id: string;
  /** What it found. */
  readonly status: 'ok' | 'problem' | 'unknown';
  /** The finding, as a sentence for the user. */
  readonly sentence: string;
  /** What to do about it; empty when there is nothing to do. */
  readonly remedy: string;
}

/** One backend, and whether it works in this kernel. */
interface IBackend {
  /** The name that `%matplotlib` takes. */
  readonly name: string;
  /** Whether it works here. */
  readonly usable: boolean;
  /** Why not; empty when it does. */
  readonly why: string;
}

/** The backends of a kernel, and what its settings are compared with. */
export interface IBackends {
  /** The backends, the usual ones first. */
  readonly backends: readonly IBackend[];
  /** Who has chosen the one in force, as a sentence; empty where there is none. */
  readonly origin: string;
  /** The defaults of the rcParams that differ from them, by name. */
  readonly defaults: { readonly [name: string]: unknown };
}

/**
 * Return the picture of a figure; null when there is none.
 *
 * @param mayDraw - whether an idle kernel may draw one, where none is kept
 */
export async function getPicture(
  settings: ServerConnection.ISettings,
  kernelId: string,
  figure: string,
  mayDraw: boolean
): Promise<Blob | null> {
  const path = ['kernels', kernelId, 'figures', `${figure}.png`];
  try {
    // A 404 would be listed in the console of the browser.
    const query: IContent['query'] = mayDraw
      ? { draw: '1', quiet: '1' }
      : { quiet: '1' };
    const response = await send(settings, 'GET', path, { query });
    return response.status === 204 ? null : await response.blob();
  } catch (error) {
    if (isResponse(error, 404)) {
      return null;
    }
    throw error;
  }
}

/** Return a figure, alive or offered, as a file that the kernel draws; null when it is busy for too long. */
export async function exportFigure(
  settings: ServerConnection.ISettings,
  kernelId: string,
  figure: string,
  options: IExport
): Promise<Blob | null> {
  const path = ['kernels', kernelId, 'figures', figure, 'export'];
  const response = await send(settings, 'POST', path, { body: options });
  return response.status === 202 ? null : response.blob();
}

/** Return the kernel's checks for problems; null when it is busy. */
export async function getDiagnosis(
  settings: ServerConnection.ISettings,
  kernelId: string
): Promise<ICheck[] | null> {
  const found = await getAnswer(settings, kernelId, 'diagnosis', 'checks');
  return found && (found as { checks: ICheck[] }).checks;
}

/** Return which backends work in a kernel, and what its settings are compared with; null when it is busy. */
export async function getBackends(
  settings: ServerConnection.ISettings,
  kernelId: string
): Promise<IBackends | null> {
  const found = await getAnswer(settings, kernelId, 'backends', 'backends');
  return found as IBackends | null;
}

/** Return the code that applies the settings in force to a fresh kernel. */
export async function getCode(
  settings: ServerConnection.ISettings,
  kernelId: string
): Promise<string> {
  const path = ['kernels', kernelId, 'code'];
  const { answer, response } = await request(settings, 'GET', path);
  const { code } = (answer ?? {}) as { code?: unknown };
  if (typeof code !== 'string') {
    throw unexpected(response);
  }
  return code;
}

/** Return an answer that has a list under a name; null when the kernel is busy. */
async function getAnswer(
  settings: ServerConnection.ISettings,
  kernelId: string,
  call: string,
  name: string
): Promise<object | null> {
  const path = ['kernels', kernelId, call];
  const { answer, response } = await request(settings, 'GET', path);
  if (response.status === 202) {
    return null;
  }
  const found = (answer ?? {}) as Record<string, unknown>;
  if (!Array.isArray(found[name])) {
    throw unexpected(response);
  }
  return found;
}

/** Return whether an error is a response of the server with a status. */
function isResponse(error: unknown, status: number): boolean {
  return (
    error instanceof ServerConnection.ResponseError &&
    error.response.status === status
  );
}

function unexpected(response: Response): ServerConnection.ResponseError {
  return new ServerConnection.ResponseError(
    response,
    `The answer to ${response.url} is not one that this page knows: reload the page.`
  );
}
