/**
 * The texts of the commands, and of the dialogs that they open.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

/** Return the category of the commands in the palette. */
export const commandCategory = (trans: TranslationBundle) =>
  trans.__('Kernel Operations');

/** Return label and caption of each command. */
export const commandTexts = (trans: TranslationBundle) => ({
  reinit: {
    label: trans.__('Reinitialise Plots'),
    caption: trans.__('Restore the plotting settings of this notebook’s kernel')
  },
  restoreFigures: {
    label: trans.__('Restore Figures'),
    caption: trans.__('Restore the figures and data from before the restart')
  },
  dismissFigures: {
    label: trans.__('Dismiss Offered Figures…'),
    caption: trans.__(
      'Delete the figures and data from before the restart instead of restoring them'
    )
  },
  toggle: {
    label: trans.__('Keep Plots over Restarts'),
    caption: trans.__(
      'Whether plots in this notebook’s kernel are kept over restarts'
    )
  },
  forget: {
    label: trans.__('Forget Saved Plots…'),
    caption: trans.__(
      'Delete the plotting settings, figures and data saved for this notebook’s kernel'
    )
  }
});

/** Return the texts of the dialogs. */
export const dialogTexts = (trans: TranslationBundle) => ({
  dismiss: {
    title: trans.__('Dismiss the figures?'),
    body: trans.__(
      'The figures from before the restart are deleted, and cannot be restored any more.'
    ),
    accept: trans.__('Dismiss')
  },
  forget: {
    title: trans.__('Forget saved plots?'),
    body: trans.__(
      'The saved plots of this kernel are deleted, and not restored after its next restart.'
    ),
    accept: trans.__('Forget')
  },
  resume: {
    title: trans.__('Keep plots over restarts?'),
    reject: trans.__('Leave paused'),
    accept: trans.__('Switch on')
  },
  details: {
    open: trans.__('Details'),
    title: trans.__('Plots of this kernel'),
    accept: trans.__('Close')
  }
});
