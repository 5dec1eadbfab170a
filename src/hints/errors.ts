/**
 * Errors of cells that a restart may have caused.
 */
import type { IOutputModel } from '@jupyterlab/rendermime';

/** An error, as stored in an output. */
interface IError {
  /** The class of the exception. */
  readonly ename: string;
  /** The text of the exception. */
  readonly evalue: string;
  /** The traceback, frame by frame, with colours for terminals. */
  readonly traceback: readonly string[];
}

/** The missing thing behind an error: a name, a toolkit for a backend, or the canvas of a figure named in a line. */
export type Failure =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'canvas'; readonly line: string }
  | {
      readonly kind: 'backend';
      readonly backend: string;
      readonly toolkit: string;
    };

/** Return what an error says was missing; null for another kind of error. */
export function failureOf(error: IError): Failure | null {
  const { ename, evalue } = error;
  const name = /^name '([^']+)' is not defined/.exec(evalue)?.[1];
  if (ename === 'NameError' && name && isOfCell(error)) {
    return { kind: 'name', name };
  }
  const [said, backend, toolkit] = REFUSED.exec(evalue) ?? [];
  // A cell may import the module of a toolkit for itself.
  if (
    said &&
    (!said.startsWith('No') || /matplotlib.backends/.test(`${error.traceback}`))
  ) {
    return { kind: 'backend', backend: backend ?? toolkit, toolkit };
  }
  const line = ename === 'AttributeError' ? lineOf(error) : '';
  return line &&
    NO_CANVAS.some(([said, on]) => said.test(evalue) && on.test(line))
    ? { kind: 'canvas', line }
    : null;
}

/**
 * What Matplotlib and IPython say where a toolkit, a loop for it or a display is
 * missing: the backend, where it is named as well, and the toolkit.
 */
const REFUSED =
  /^\s*(?:Cannot load backend '([^']+)' which requires the '|(?:Failed|Could not) .+?(?=qt binding)|The (?=\w+ backends require)|cannot import name '_|Invalid GUI request '|No module named '_?)((?:mac)?osx|g?tk\d?|qt\d?|wx)/i;

/** The messages of a figure without its own canvas, and the lines on which they mean that. */
const NO_CANVAS: readonly (readonly [RegExp, RegExp])[] = [
  [/^'FigureCanvas\w*' object has no attribute /, /./],
  [/^'NoneType' object has no attribute /, /\.(canvas|manager|toolbar)\b/],
  [/^Figure\.show works only for figures managed by pyplot/, /\.show\b/]
];

/** Return the error that an output is; null when it is none. */
export function errorIn(output: IOutputModel): IError | null {
  if (output.type !== 'error') {
    return null;
  }
  const { ename, evalue, traceback } = output.toJSON() as Partial<IError>;
  return typeof ename === 'string' && typeof evalue === 'string'
    ? { ename, evalue, traceback: Array.isArray(traceback) ? traceback : [] }
    : null;
}

/**
 * Return whether an error was raised by the code of a cell, and not by a module
 * that misses a name of its own.
 *
 * IPython begins each frame of a module with the path of its file, and each of
 * a cell with the number of the cell. The last entry is the exception itself. A
 * traceback without frames is attributed to the cell.
 */
function isOfCell({ traceback }: IError): boolean {
  const frames = traceback.slice(0, -1).map(plain);
  const last = frames[frames.length - 1]?.trimStart() ?? '';
  return !/^File (?!<ipython-input)/.test(last);
}

/** Return the line of a cell that has raised an error; empty when that is not known. */
function lineOf({ traceback }: IError): string {
  const cells = traceback
    .map(plain)
    .filter(frame => /^\s*(Cell In|Input In|File <ipython-input)/.test(frame));
  const frame = cells[cells.length - 1] ?? '';
  return /^-+> *\d+ (.*)$/m.exec(frame)?.[1].trim() ?? '';
}

/** The character that begins the colour codes of terminals. */
const ESCAPE = String.fromCharCode(27);

/** Return a text without the colour codes of terminals. */
function plain(text: string): string {
  return text.replace(new RegExp(`${ESCAPE}\\[[\\d;]*m`, 'g'), '');
}
