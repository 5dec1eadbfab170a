/**
 * The names, states and hints of single figures, as users read them.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

/** The part of a figure that sentences name. */
interface INamedFigure {
  /** Pyplot's number; 0 when pyplot never had it. */
  readonly number: number;
  /** Pyplot's label; empty when it has none. */
  readonly label: string;
  /** The names that lead to it. */
  readonly names: readonly string[];
}

/** Return the name of a figure for the middle of a sentence. */
export function figureName(
  { label, names, number }: INamedFigure,
  trans: TranslationBundle
): string {
  if (number) {
    return trans.__('figure %1', number);
  }
  return label || names.length
    ? trans.__('figure %1', label || names[0])
    : trans.__('a figure without a name');
}

/** Return the name of a figure that must not be taken for another: inline, the figures of each cell begin with 1. */
export function fullFigureName(
  figure: INamedFigure,
  trans: TranslationBundle
): string {
  const name = figureName(figure, trans);
  return figure.number && figure.names.length
    ? `${name} (${figure.names.join(', ')})`
    : name;
}

/** Return the title of a figure on a card or a tab: its number, else its label or names. */
export function figureTitle(
  { label, names, number }: INamedFigure,
  trans: TranslationBundle
): string {
  return number
    ? trans.__('Figure %1', number)
    : label || names.join(', ') || trans.__('Figure');
}

/** Return a number of bytes in a readable unit. */
export function fileSize(bytes: number, trans: TranslationBundle): string {
  return bytes < 1e6
    ? trans.__('%1 kB', Math.max(1, Math.round(bytes / 1e3)))
    : trans.__('%1 MB', (bytes / 1e6).toFixed(1));
}

/** Return the word for each state of a figure. */
export const stateTexts = (trans: TranslationBundle) => ({
  live: trans.__('live'),
  saved: trans.__('saved'),
  unsaved: trans.__('not saved'),
  offered: trans.__('from before the restart'),
  lost: trans.__('lost')
});

/** Return what the words for the states mean. */
export const stateMeanings = (trans: TranslationBundle) => ({
  live: trans.__('The figure is open in the kernel.'),
  saved: trans.__('The figure is closed, and would come back with its names.'),
  unsaved: trans.__('The figure would not come back after a crash.'),
  offered: trans.__(
    'The figure was saved before the restart, and can be restored.'
  ),
  lost: trans.__(
    'The figure was saved before the restart, and could not be restored.'
  )
});

/** Return what a hint under a traceback says. */
export const hintTexts = (trans: TranslationBundle) => ({
  offered: (name: string, figure: INamedFigure) =>
    trans.__(
      '`%1` belonged to %2 before the restart.',
      name,
      figureName(figure, trans)
    ),
  lost: (name: string, figure: INamedFigure, why: string) =>
    why
      ? trans.__(
          '`%1` belonged to %2 before the restart, which could not be restored: %3',
          name,
          figureName(figure, trans),
          why
        )
      : trans.__(
          '`%1` belonged to %2 before the restart, which could not be restored.',
          name,
          figureName(figure, trans)
        ),
  module: (name: string, module: string) =>
    trans.__(
      '`%1` was the module %2 before the restart: run `%3`.',
      name,
      module,
      name === module ? `import ${module}` : `import ${module} as ${name}`
    ),
  noCanvas: (name: string, figure: INamedFigure) =>
    trans.__(
      '`%1` belongs to %2, which came back without its canvas: run the cell that drew it again.',
      name,
      figureName(figure, trans)
    ),
  waits: (name: string) =>
    trans.__('`%1` is restored as soon as the kernel is idle.', name),
  back: (name: string) => trans.__('`%1` is back: run the cell again.', name),
  backend: (backend: string, toolkit: string) =>
    trans.__(
      'The backend %1 opens windows with %2, which this kernel cannot do. `%matplotlib inline` or `%matplotlib widget` draws in the notebook.',
      backend,
      toolkit
    ),
  restore: trans.__('Restore it')
});
