/**
 * The notebook and the figure that a command of the panel acts on.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { IPlotModel, IPlotModels, PlotPanel } from '../../tokens';
import { kernelArgument } from '../../ui/commands';
import { notify, notifyError } from '../../ui/notifications';
import type { ICard } from '../cards';
import { cardsOf } from '../cards';
import type { PanelModel } from '../panelModel';
import type { Exporter } from './exporter';
import { sayWhetherItWaits } from './waiting';

/** The services that the commands use. */
export interface IPanelCommandOptions {
  /** Opens a figure in a tab. */
  readonly openFigure: (panel: PlotPanel, card: ICard) => void;
  /** Writes figures into files and the clipboard. */
  readonly exporter: Exporter;
  /** Returns an error between page and server as a sentence. */
  readonly explain: (error: unknown) => string;
  /** The state of the panel. */
  readonly model: PanelModel;
  /** The plots of all notebooks. */
  readonly models: IPlotModels;
  /** The server that knows the code. */
  readonly serverSettings: ServerConnection.ISettings;
  /** The shell in which notebooks are. */
  readonly shell: JupyterFrontEnd.IShell;
  /** The translations of this extension. */
  readonly trans: TranslationBundle;
}

/** The notebook, the plots and perhaps the figure that a command acts on. */
export interface ITarget {
  readonly panel: PlotPanel;
  readonly plots: IPlotModel;
  readonly cards: readonly ICard[];
  readonly card: ICard | null;
}

/** The arguments of the commands. */
export const describedBy = {
  args: {
    type: 'object',
    properties: {
      ...kernelArgument,
      figure: {
        type: 'string',
        description:
          'The id of a figure; the one that is selected in the panel if left out'
      },
      backend: {
        type: 'string',
        description: 'The name of a backend, as %matplotlib takes it'
      }
    }
  }
};

/** Find what a command acts on; null when there is no such notebook. */
export function find(
  { model, models }: IPanelCommandOptions,
  { figure, kernelId }: ReadonlyPartialJSONObject
): ITarget | null {
  const panel =
    typeof kernelId === 'string'
      ? models.panels.find(
          ({ sessionContext }) =>
            sessionContext.session?.kernel?.id === kernelId
        )
      : models.panels.currentWidget;
  if (!panel) {
    return null;
  }
  const plots = models.of(panel);
  const isShown = model.figures?.panel === panel;
  const cards = isShown
    ? model.cards
    : cardsOf(plots.state, plots.status, { cells: [], canvases: new Map() });
  const card =
    typeof figure === 'string'
      ? (cards.find(({ id }) => id === figure) ?? null)
      : isShown
        ? model.selected
        : null;
  return { panel, plots, cards, card };
}

/** Run an action, and notify of what goes wrong. */
export async function attempt(
  { explain }: IPanelCommandOptions,
  act: () => Promise<unknown> | void
): Promise<void> {
  try {
    await act();
  } catch (error) {
    notifyError(explain(error));
  }
}

/** Wait until something in the kernel has changed, and notify of what goes wrong. */
export async function change(
  { trans }: IPanelCommandOptions,
  { panel, plots }: ITarget,
  answer: Promise<unknown>
): Promise<void> {
  sayWhetherItWaits(panel, trans);
  await answer;
  if (plots.error) {
    notify(plots, trans);
  }
}
