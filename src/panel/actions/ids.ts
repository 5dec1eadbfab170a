/**
 * The ids of the commands of the panel.
 */
import { SHOW_PLOTS } from '../../ui/commands';

/** The ids of the commands of the panel. */
export const PanelCommandIDs = {
  show: SHOW_PLOTS,
  goToCell: 'mpl-guard:go-to-cell',
  open: 'mpl-guard:open-figure',
  copy: 'mpl-guard:copy-figure',
  save: 'mpl-guard:save-figure',
  saveAll: 'mpl-guard:save-all-figures',
  restore: 'mpl-guard:restore-figure',
  dismiss: 'mpl-guard:dismiss-figure',
  close: 'mpl-guard:close-figure',
  copyCode: 'mpl-guard:copy-code',
  insertCode: 'mpl-guard:insert-code',
  useBackend: 'mpl-guard:use-backend',
  check: 'mpl-guard:check'
} as const;

/** Those of them that are of use without the panel, for the palette. */
export const PALETTE = [
  PanelCommandIDs.show,
  PanelCommandIDs.saveAll,
  PanelCommandIDs.copyCode,
  PanelCommandIDs.insertCode,
  PanelCommandIDs.check
];
