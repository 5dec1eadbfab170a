/**
 * The icons: a chart with a sign of the status, and a clock that runs backwards.
 */
import { LabIcon } from '@jupyterlab/ui-components';

import absent from '../../style/icons/absent.svg';
import error from '../../style/icons/error.svg';
import live from '../../style/icons/live.svg';
import offered from '../../style/icons/offered.svg';
import partial from '../../style/icons/partial.svg';
import paused from '../../style/icons/paused.svg';
import pending from '../../style/icons/pending.svg';
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
