/**
 * The commands about all plots of a notebook, and its plotting settings.
 */
import { Clipboard } from '@jupyterlab/apputils';
import {
  addBelowIcon,
  copyIcon,
  saveIcon,
  searchIcon
} from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { getCode } from '../../kernel/figuresApi';
import { notifyDone } from '../../ui/notifications';
import { panelCommandTexts, panelTexts } from '../../ui/panelTexts';
import { insertCell } from './cells';
import { PanelCommandIDs } from './ids';
import type { IPanelCommandOptions, ITarget } from './target';
import { attempt, change, describedBy, find } from './target';

/** Does something with the plots of a notebook. */
type NotebookAction = (
  target: ITarget,
  args: ReadonlyPartialJSONObject
) => Promise<unknown> | void;

/** Add the commands about notebooks. */
export function addNotebookCommands(
  commands: CommandRegistry,
  options: IPanelCommandOptions
): void {
  const { exporter, model, serverSettings, shell, trans } = options;
  const texts = panelCommandTexts(trans);
  const add = (
    id: string,
    appearance: object,
    isFor: (target: ITarget) => boolean,
    act: NotebookAction
  ) => addNotebookCommand(commands, options, id, appearance, isFor, act);
  const hasSettings = ({ plots }: ITarget) => !!plots.state?.backend;
  const codeOf = ({ plots }: ITarget) =>
    getCode(serverSettings, plots.kernelId);

  add(
    PanelCommandIDs.saveAll,
    { ...texts.saveAll, icon: saveIcon },
    ({ cards }) => cards.length > 0,
    ({ cards, panel, plots }) => exporter.save(panel, plots, cards)
  );
  add(
    PanelCommandIDs.copyCode,
    { ...texts.copyCode, icon: copyIcon },
    hasSettings,
    async target => {
      Clipboard.copyToSystem(await codeOf(target));
      notifyDone(panelTexts(trans).copied);
    }
  );
  add(
    PanelCommandIDs.insertCode,
    { ...texts.insertCode, icon: addBelowIcon },
    hasSettings,
    async target => insertCell(target.panel, await codeOf(target), shell)
  );
  add(
    PanelCommandIDs.useBackend,
    texts.useBackend,
    hasSettings,
    async (target, { backend }) => {
      if (typeof backend === 'string') {
        await change(options, target, target.plots.reinit('auto', backend));
      }
    }
  );
  add(
    PanelCommandIDs.check,
    { ...texts.check, icon: searchIcon },
    ({ plots }) => plots.status !== 'unsupported' && plots.status !== null,
    async () => {
      await commands.execute(PanelCommandIDs.show, { reveal: true });
      await model.check();
    }
  );
}

/** Add a command that acts on a notebook; it is enabled where `isFor` is true. */
function addNotebookCommand(
  commands: CommandRegistry,
  options: IPanelCommandOptions,
  id: string,
  appearance: object,
  isFor: (target: ITarget) => boolean,
  act: NotebookAction
): void {
  commands.addCommand(id, {
    ...appearance,
    describedBy,
    isEnabled: args => {
      const found = find(options, args);
      return found !== null && isFor(found);
    },
    execute: async args => {
      const found = find(options, args);
      if (found) {
        await attempt(options, () => act(found, args));
      }
    }
  });
}
