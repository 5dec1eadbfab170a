/**
 * The commands, for the palette, the Kernel menu and the badge.
 */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { IPlotModel, IPlotModels } from '../tokens';
import { commandTexts, dialogTexts } from './messages';
import { notify } from './notifications';

/** A question, and its answers. */
interface IQuestion {
  readonly title: string;
  readonly body: string;
  readonly reject: string;
  readonly accept: string;
}

/** The ids of the commands. */
export const CommandIDs = {
  reinit: 'mpl-guard:reinit',
  restoreFigures: 'mpl-guard:restore-figures',
  dismissFigures: 'mpl-guard:dismiss-figures',
  toggle: 'mpl-guard:toggle',
  forget: 'mpl-guard:forget'
} as const;

/** The id of the command that opens and closes the panel. */
export const SHOW_PLOTS = 'mpl-guard:show-plots';

/** The arguments of each command. */
const describedBy = {
  args: {
    type: 'object',
    properties: {
      kernelId: {
        type: 'string',
        description:
          'The id of the kernel of an open notebook; the kernel of the current notebook if left out'
      }
    }
  }
};

/** Add the commands to the registry; they live as long as the application. */
export function addCommands(
  commands: CommandRegistry,
  models: IPlotModels,
  trans: TranslationBundle
): void {
  const texts = commandTexts(trans);

  /** Return the model that a command acts on; null when its kernel has no plots. */
  const find = (args: ReadonlyPartialJSONObject): IPlotModel | null => {
    const { kernelId } = args;
    const model = models.find(
      typeof kernelId === 'string' ? kernelId : undefined
    );
    const status = model?.status ?? null;
    return status === null || status === 'unsupported' ? null : model;
  };
  const isThere = (args: ReadonlyPartialJSONObject) => find(args) !== null;
  const isOffered = (args: ReadonlyPartialJSONObject) =>
    find(args)?.status === 'offered';
  const notifyProblem = (model: IPlotModel) => {
    if (model.error) {
      notify(model, trans);
    }
  };

  /** Restore, and notify of the outcome, or of the error in its place. */
  const restore = async (
    args: ReadonlyPartialJSONObject,
    figures: 'auto' | 'all'
  ): Promise<void> => {
    const model = find(args);
    if (model && ((await model.reinit(figures)) || model.error)) {
      notify(model, trans);
    }
  };

  commands.addCommand(CommandIDs.reinit, {
    ...texts.reinit,
    describedBy,
    isEnabled: isThere,
    isVisible: isThere,
    execute: args => restore(args, 'auto')
  });

  commands.addCommand(CommandIDs.restoreFigures, {
    ...texts.restoreFigures,
    describedBy,
    isEnabled: isOffered,
    isVisible: isThere,
    execute: args => restore(args, 'all')
  });

  commands.addCommand(CommandIDs.dismissFigures, {
    ...texts.dismissFigures,
    describedBy,
    isEnabled: isOffered,
    isVisible: isThere,
    execute: async args => {
      const model = find(args);
      const { kernelId } = model ?? {};
      const isAgreed = model && (await agrees(dialogTexts(trans).dismiss));
      // The kernel may have changed while the dialog was open.
      if (isAgreed && model.kernelId === kernelId) {
        await model.reinit('none');
        notifyProblem(model);
      }
    }
  });

  commands.addCommand(CommandIDs.toggle, {
    ...texts.toggle,
    describedBy,
    isEnabled: isThere,
    isToggled: args => {
      const model = find(args);
      return model !== null && model.status !== 'paused';
    },
    isVisible: isThere,
    execute: async args => {
      const model = find(args);
      if (model) {
        await model.setPaused(model.status !== 'paused');
        notifyProblem(model);
      }
    }
  });

  commands.addCommand(CommandIDs.forget, {
    ...texts.forget,
    describedBy,
    isEnabled: isThere,
    isVisible: isThere,
    execute: async args => {
      const model = find(args);
      if (!model) {
        return;
      }
      const { kernelId } = model;
      if (
        (await agrees(dialogTexts(trans).forget)) &&
        model.kernelId === kernelId
      ) {
        await model.forget();
        notifyProblem(model);
      }
    }
  });

  models.changed.connect(() => {
    for (const id of Object.values(CommandIDs)) {
      commands.notifyCommandChanged(id);
    }
  });
}

/** Ask for confirmation before a loss; return whether it is given. */
export async function agrees(texts: IQuestion): Promise<boolean> {
  const { title, body, reject, accept } = texts;
  const answer = await showDialog({
    title,
    body,
    buttons: [
      Dialog.cancelButton({ label: reject }),
      Dialog.warnButton({ label: accept })
    ]
  });
  return answer.button.accept;
}

/** Handle a click on the badge: open the panel, and do the one thing that helps in its status. */
export async function pressBadge(
  commands: CommandRegistry,
  model: IPlotModel,
  trans: TranslationBundle
): Promise<void> {
  const args = { kernelId: model.kernelId };
  if (commands.hasCommand(SHOW_PLOTS)) {
    await commands.execute(SHOW_PLOTS, { reveal: true });
  }
  if (model.status === 'paused') {
    const { title, body, reject, accept } = dialogTexts(trans).resume;
    const answer = await showDialog({
      title,
      body: model.state?.message || body,
      buttons: [
        Dialog.cancelButton({ label: reject }),
        Dialog.okButton({ label: accept })
      ]
    });
    if (answer.button.accept && model.status === 'paused') {
      await commands.execute(CommandIDs.toggle, args);
    }
  } else if (model.status === 'offered') {
    await commands.execute(CommandIDs.restoreFigures, args);
  } else {
    await commands.execute(CommandIDs.reinit, args);
  }
}
