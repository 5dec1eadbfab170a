/**
 * The texts of the panel.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { PlotStatus } from '../plotState';

/** Return label and caption of each command of the panel. */
export const panelCommandTexts = (trans: TranslationBundle) => ({
  show: {
    label: trans.__('Plots'),
    caption: trans.__('Show the figures of the current notebook')
  },
  goToCell: {
    label: trans.__('Go to Cell'),
    caption: trans.__('Go to the cell that drew the figure')
  },
  open: {
    label: trans.__('Open in a Tab'),
    caption: trans.__('Open the figure in a tab of its own')
  },
  copy: {
    label: trans.__('Copy Image'),
    caption: trans.__('Copy the figure as an image')
  },
  save: {
    label: trans.__('Save Figure As…'),
    caption: trans.__('Save the figure as PNG, SVG or PDF')
  },
  saveAll: {
    label: trans.__('Save All Figures…'),
    caption: trans.__('Save all figures of this notebook as files')
  },
  restore: {
    label: trans.__('Restore This Figure'),
    caption: trans.__('Restore this figure and the names bound to it')
  },
  dismiss: {
    label: trans.__('Dismiss This Figure…'),
    caption: trans.__(
      'Delete what is saved of this figure instead of restoring it'
    )
  },
  close: {
    label: trans.__('Close Figure…'),
    caption: trans.__('Close the figure in the kernel')
  },
  copyCode: {
    label: trans.__('Copy Plot Settings as Code'),
    caption: trans.__(
      'Copy the lines that make the plotting settings in force in a fresh kernel'
    )
  },
  insertCode: {
    label: trans.__('Insert Plot Settings as a Cell'),
    caption: trans.__(
      'Insert a cell that makes the plotting settings in force in a fresh kernel'
    )
  },
  useBackend: {
    label: trans.__('Use Plot Backend'),
    caption: trans.__('Use another backend from here on')
  },
  check: {
    label: trans.__('Look for Plot Problems'),
    caption: trans.__(
      'Have the kernel look for what is wrong with its plotting'
    )
  }
});

/** A title and a sentence in place of figures. */
interface IEmptyTexts {
  readonly title: string;
  readonly body: string;
}

/** Return the texts in place of figures when there are none to show. */
export function emptyTexts(
  status: PlotStatus | null,
  has: { readonly notebook: boolean; readonly kernel: boolean },
  trans: TranslationBundle
): IEmptyTexts {
  if (!has.notebook) {
    return {
      title: trans.__('No notebook is open'),
      body: trans.__('Open a notebook to see its figures here.')
    };
  }
  if (!has.kernel) {
    return {
      title: trans.__('This notebook has no kernel'),
      body: trans.__('Start a kernel to see its figures here.')
    };
  }
  return noFigureTexts(status, trans);
}

/** Return why a kernel has no figures to show. */
function noFigureTexts(
  status: PlotStatus | null,
  trans: TranslationBundle
): IEmptyTexts {
  switch (status) {
    case null:
      return {
        title: trans.__('Looking for figures…'),
        body: trans.__('The server is being asked about this kernel.')
      };
    case 'unsupported':
      return {
        title: trans.__('Not a Python kernel'),
        body: trans.__('Figures of Matplotlib are in Python kernels only.')
      };
    case 'restoring':
    case 'pending':
      return {
        title: trans.__('Restoring…'),
        body: trans.__('Figures appear here when they are restored.')
      };
    case 'paused':
    case 'error':
      return {
        title:
          status === 'paused'
            ? trans.__('No figures are kept')
            : trans.__('No figures can be shown'),
        body: trans.__('The reason is said above.')
      };
    case 'absent':
    case 'live':
    case 'restored':
    case 'partial':
    case 'offered':
      return {
        title: trans.__('No figures yet'),
        body: trans.__('Figures appear here when a cell draws them.')
      };
  }
}

/** Return the other texts of the panel. */
export const panelTexts = (trans: TranslationBundle) => ({
  title: trans.__('Plots'),
  figures: trans.__('Figures'),
  figureActions: trans.__('Actions on the selected figure'),
  kernelActions: trans.__('Actions on all plots of the notebook'),
  size: trans.__('Size of the pictures'),
  figureGone: trans.__(
    'This figure is not in the kernel any more: this is its last picture.'
  ),
  picture: trans.__('Looking…'),
  noPicture: trans.__('No picture'),
  offer: (count: number) =>
    trans._n(
      '%1 figure is from before the restart.',
      '%1 figures are from before the restart.',
      count
    ),
  restored: (figure: string) => trans.__('Restored: %1.', figure),
  restoreAll: trans.__('Restore all'),
  dismissAll: trans.__('Dismiss all…'),
  pause: trans.__('Stop keeping plots over restarts'),
  resume: trans.__('Switch on'),
  retry: trans.__('Try again'),
  missing: trans.__('What did not come back'),
  settings: trans.__('Settings in force'),
  problems: trans.__('Problems'),
  backend: trans.__('Backend'),
  notUsable: (name: string, why: string) =>
    why ? trans.__('%1 (%2)', name, why.replace(/\.\s*$/, '')) : name,
  interactive: trans.__('Interactive mode'),
  formats: trans.__('Formats'),
  aliases: trans.__('Names'),
  rcParams: trans.__('rcParams that differ from the defaults'),
  default: (value: string) => trans.__('default: %1', value),
  noRcParams: trans.__('All rcParams have their defaults.'),
  on: trans.__('on'),
  off: trans.__('off'),
  copyCode: trans.__('Copy as code'),
  insertCode: trans.__('Insert as a cell'),
  look: trans.__('Look for problems'),
  lookAgain: trans.__('Look again'),
  looking: trans.__('The kernel is looking…'),
  notLooked: trans.__('The kernel looks for what is wrong when you ask it to.'),
  noProblems: trans.__('No problems were found.'),
  checked: (count: number) =>
    trans._n('%1 thing was checked.', '%1 things were checked.', count),
  busy: trans.__('The kernel is busy: try again when it is idle.'),
  waits: trans.__('The kernel is busy: this is done when it is idle.'),
  copied: trans.__('Copied.'),
  copiedFigure: (figure: string) => trans.__('Copied: %1.', figure),
  notCopied: trans.__(
    'The browser does not let this page copy images. Save the figure instead.'
  ),
  noPictureYet: (figure: string) =>
    trans.__('There is no picture of %1 yet.', figure),
  saved: (figures: readonly string[]) =>
    trans._n(
      'Saved: %2.',
      '%1 figures were saved.',
      figures.length,
      figures[0]
    ),
  savedPictures: (figures: readonly string[]) =>
    trans.__(
      'Only the last picture was saved, because the kernel could not draw it: %1.',
      figures.join(', ')
    ),
  notSaved: (figures: readonly string[]) =>
    trans.__('Not saved, because there is no picture: %1.', figures.join(', '))
});

/** Return the texts of the dialogs of the panel. */
export const panelDialogs = (trans: TranslationBundle) => ({
  dismiss: (figure: string) => ({
    title: trans.__('Dismiss this figure?'),
    body: trans.__(
      'What is saved of %1 is deleted, and cannot be restored any more.',
      figure
    ),
    accept: trans.__('Dismiss')
  }),
  close: (figure: string) => ({
    title: trans.__('Close this figure?'),
    body: trans.__(
      'The kernel closes %1. It is kept over a restart only as long as a name is bound to it.',
      figure
    ),
    accept: trans.__('Close figure')
  }),
  save: {
    title: (figure: string) => trans.__('Save %1', figure),
    titleAll: trans.__('Save all figures'),
    format: trans.__('Format'),
    dpi: (least: number, most: number) =>
      trans.__('Dots per inch, %1 to %2', least, most),
    dpiDefault: trans.__('as the figure has it'),
    transparent: trans.__('Transparent background'),
    accept: trans.__('Save')
  }
});
