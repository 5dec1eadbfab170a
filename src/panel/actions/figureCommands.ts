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

import { isAlive, isFromBefore } from '../../kernel/figureStatus';
import { agrees } from '../../ui/commands';
import { figureName } from '../../ui/figureTexts';
import { cellIcon, staleIcon } from '../../ui/icons';
import { notify } from '../../ui/notifications';
import { panelCommandTexts, panelDialogs } from '../../ui/panelTexts';
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
  const { exporter, openFigure, shell, trans } = options;
  const texts = panelCommandTexts(trans);
  const add = (
    id: string,
    appearance: object,
    act: FigureAction,
    isFor: (card: ICard, target: ITarget) => boolean = () => true
  ) => {
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
  };

  add(
    PanelCommandIDs.goToCell,
    { ...texts.goToCell, icon: cellIcon },
    ({ cell }, { panel }) => goToCell(panel, cell!, shell),
    ({ cell }, { panel }) => hasCell(panel, cell)
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
    async ({ id }, { plots }) => {
      if ((await plots.reinit([id])) || plots.error) {
        notify(plots, trans);
      }
    },
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

/** Return what asks about a figure, and removes it from the kernel. */
function removing(
  options: IPanelCommandOptions,
  question: 'dismiss' | 'close'
): FigureAction {
  const { trans } = options;
  return async (card, target) => {
    const { plots } = target;
    const { kernelId } = plots;
    const name = figureName(card, trans);
    const isAgreed = await agrees(panelDialogs(trans)[question](name));
    // The kernel may have changed while the dialog was open.
    if (isAgreed && plots.kernelId === kernelId) {
      await change(options, target, plots.removeFigure(card.id));
    }
  };
}
