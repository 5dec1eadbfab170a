/**
 * The icons: a chart with a sign of the status, a clock that runs backwards, and those of the panel.
 */
import { LabIcon } from '@jupyterlab/ui-components';

import absent from '../../style/icons/absent.svg';
import cell from '../../style/icons/cell.svg';
import error from '../../style/icons/error.svg';
import live from '../../style/icons/live.svg';
import offered from '../../style/icons/offered.svg';
import partial from '../../style/icons/partial.svg';
import paused from '../../style/icons/paused.svg';
import pending from '../../style/icons/pending.svg';
import plots from '../../style/icons/plots.svg';
import restored from '../../style/icons/restored.svg';
import restoring from '../../style/icons/restoring.svg';
import stale from '../../style/icons/stale.svg';
import type { PlotStatus } from '../plotState';

const icon = (name: string, svgstr: string): LabIcon =>
  new LabIcon({ name: `mpl-guard:${name}`, svgstr });

/** The icon of each status; they differ in shape, not only in colour. */
export const statusIcons: Readonly<Record<PlotStatus, LabIcon>> = {
  absent: icon('absent', absent),
  error: icon('error', error),
  live: icon('live', live),
  offered: icon('offered', offered),
  partial: icon('partial', partial),
  paused: icon('paused', paused),
  pending: icon('pending', pending),
  restored: icon('restored', restored),
  restoring: icon('restoring', restoring),
  unsupported: icon('unsupported', absent)
};

/** Marks what is from before a restart. */
export const staleIcon = icon('stale', stale);

/** The panel of plots. */
export const plotsIcon = icon('plots', plots);

/** The way to the cell of a figure. */
export const cellIcon = icon('cell', cell);
