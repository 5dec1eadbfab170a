/**
 * The commands about single figures.
 */
import {
  closeIcon,
  copyIcon,
  downloadIcon,
  launchIcon
} from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { isAlive, isFromBefore, statusOf } from '../../kernel/figureStatus';
import type { IPlotModels, PlotPanel } from '../../tokens';
import { agrees } from '../../ui/commands';
import { fullFigureName } from '../../ui/figureTexts';
import { cellIcon, staleIcon } from '../../ui/icons';
import { leftSomethingOut, notify, notifyDone } from '../../ui/notifications';
import {
  panelCommandTexts,
  panelDialogs,
  panelTexts
} from '../../ui/panelTexts';
import type { ICard } from '../cards';
import { goToCell, hasCell } from './cells';
import { PanelCommandIDs } from './ids';
import type { IPanelCommandOptions, ITarget } from './target';
import { attempt, change, describedBy, find } from './target';

/** Does something with a figure. */
type FigureAction = (card: ICard, target: ITarget) => Promise<unknown> | void;

/** Add the commands about single figures. */
export function addFigureCommands(
  commands: CommandRegistry,
  options: IPanelCommandOptions
): void {
  const { exporter, models, openFigure, shell, trans } = options;
  const texts = panelCommandTexts(trans);
  const add = (
    id: string,
    appearance: object,
    act: FigureAction,
    isFor: (card: ICard, target: ITarget) => boolean = () => true
  ) => addFigureCommand(commands, options, id, appearance, act, isFor);

  add(
    PanelCommandIDs.goToCell,
    { ...texts.goToCell, icon: cellIcon },
    ({ cell }, target) => goToCell(homeOf(models, target, cell)!, cell!, shell),
    ({ cell }, target) => !!homeOf(models, target, cell)
  );
  add(
    PanelCommandIDs.open,
    { ...texts.open, icon: launchIcon },
    (card, { panel }) => openFigure(panel, card)
  );
  add(
    PanelCommandIDs.copy,
    { ...texts.copy, icon: copyIcon },
    (card, { panel, plots }) => exporter.copy(panel, plots, card)
  );
  add(
    PanelCommandIDs.save,
    { ...texts.save, icon: downloadIcon },
    (card, { panel, plots }) => exporter.save(panel, plots, [card])
  );
  add(
    PanelCommandIDs.restore,
    { ...texts.restore, icon: staleIcon },
    restoring(options),
    ({ state }) => isFromBefore(state)
  );
  add(
    PanelCommandIDs.dismiss,
    { ...texts.dismiss, icon: closeIcon },
    removing(options, 'dismiss'),
    ({ state }) => isFromBefore(state)
  );
  add(
    PanelCommandIDs.close,
    { ...texts.close, icon: closeIcon },
    removing(options, 'close'),
    // One that only names lead to is not open.
    ({ state }) => isAlive(state) && state !== 'saved'
  );
}

/** Add a command that acts on a figure; it is there for figures for which `isFor` is true. */
function addFigureCommand(
  commands: CommandRegistry,
  options: IPanelCommandOptions,
  id: string,
  appearance: object,
  act: FigureAction,
  isFor: (card: ICard, target: ITarget) => boolean
): void {
  const isApt = (args: ReadonlyPartialJSONObject) => {
    const found = find(options, args);
    return !!found?.card && isFor(found.card, found);
  };
  commands.addCommand(id, {
    ...appearance,
    describedBy,
    isEnabled: isApt,
    isVisible: isApt,
    execute: async args => {
      const found = find(options, args);
      if (found?.card) {
        await attempt(options, () => act(found.card!, found));
      }
    }
  });
}

/** Return the notebook that has a cell: the one that is shown, else another of the same kernel. */
function homeOf(
  models: IPlotModels,
  { panel, plots }: ITarget,
  cell: string | null
): PlotPanel | undefined {
  return hasCell(panel, cell)
    ? panel
    : models.panels.find(
        each =>
          models.of(each).kernelId === plots.kernelId && hasCell(each, cell)
      );
}

/** Return an action that restores a figure, and notifies of the outcome. */
function restoring({ trans }: IPanelCommandOptions): FigureAction {
  return async (card, { plots }) => {
    const state = await plots.reinit([card.id]);
    const figure = state?.figures.find(({ id }) => id === card.id);
    const isBack = figure && isAlive(statusOf(figure, state!, plots.status));
    // The state is about all of the kernel: it is shown when it has more to say.
    if (isBack && !leftSomethingOut(state!)) {
      notifyDone(panelTexts(trans).restored(fullFigureName(card, trans)));
    } else if (state || plots.error) {
      notify(plots, trans);
    }
  };
}

/** Return an action that asks about a figure and removes it from the kernel. */
function removing(
  options: IPanelCommandOptions,
  question: 'dismiss' | 'close'
): FigureAction {
  const { trans } = options;
  return async (card, target) => {
    const { plots } = target;
    const { kernelId } = plots;
    const name = fullFigureName(card, trans);
    const isAgreed = await agrees(panelDialogs(trans)[question](name));
    // The kernel may have changed while the dialog was open.
    if (isAgreed && plots.kernelId === kernelId) {
      await change(options, target, plots.removeFigure(card.id));
    }
  };
}
