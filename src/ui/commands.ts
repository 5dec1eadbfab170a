/**
 * The guard's commands, for the palette, the Kernel menu and the badge.
 */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { PlotModel } from '../kernel/plotModel';
import type { IPlotModels } from '../kernel/plotModels';
import { tell } from './notifications';

/** The ids of the commands. */
export const CommandIDs = {
  reinit: 'mpl-guard:reinit',
  restoreFigures: 'mpl-guard:restore-figures',
  dismissFigures: 'mpl-guard:dismiss-figures',
  toggle: 'mpl-guard:toggle',
  forget: 'mpl-guard:forget'
} as const;

/** The arguments that all commands take. */
const describedBy = {
  args: {
    type: 'object',
    properties: {
      kernelId: {
        type: 'string',
        description:
          'The id of the kernel of an open notebook; the current notebook’s if left out'
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
  const find = (args: ReadonlyPartialJSONObject): PlotModel | null => {
    const model = models.find(args.kernelId as string | undefined);
    const status = model?.status ?? null;
    return status === null || status === 'unsupported' ? null : model;
  };
  const isVisible = (args: ReadonlyPartialJSONObject) => find(args) !== null;
  const isOffered = (args: ReadonlyPartialJSONObject) =>
    find(args)?.status === 'offered';
  const report = (model: PlotModel) => tell(model, trans);

  commands.addCommand(CommandIDs.reinit, {
    label: trans.__('Reinitialise Plots'),
    caption: trans.__(
      'Bring the plotting settings of this notebook’s kernel back now'
    ),
    describedBy,
    isEnabled: args => find(args) !== null,
    isVisible,
    execute: async args => {
      const model = find(args);
      if (model && ((await model.reinit()) || model.error)) {
        report(model);
      }
    }
  });

  commands.addCommand(CommandIDs.restoreFigures, {
    label: trans.__('Restore Figures'),
    caption: trans.__('Bring back the figures from before the restart'),
    describedBy,
    isEnabled: isOffered,
    isVisible,
    execute: async args => {
      const model = find(args);
      if (model && ((await model.reinit('all')) || model.error)) {
        report(model);
      }
    }
  });

  commands.addCommand(CommandIDs.dismissFigures, {
    label: trans.__('Dismiss Offered Figures'),
    caption: trans.__(
      'Delete the figures from before the restart instead of bringing them back'
    ),
    describedBy,
    isEnabled: isOffered,
    isVisible,
    execute: async args => {
      const model = find(args);
      if (model) {
        await model.reinit('none');
        if (model.error) {
          report(model);
        }
      }
    }
  });

  commands.addCommand(CommandIDs.toggle, {
    label: trans.__('Keep Plots over Restarts'),
    caption: trans.__(
      'Whether plots in this notebook’s kernel are kept over restarts'
    ),
    describedBy,
    isEnabled: args => find(args) !== null,
    isToggled: args => {
      const model = find(args);
      return model !== null && model.status !== 'paused';
    },
    isVisible,
    execute: async args => {
      const model = find(args);
      if (model) {
        await model.setPaused(model.status !== 'paused');
        if (model.error) {
          report(model);
        }
      }
    }
  });

  commands.addCommand(CommandIDs.forget, {
    label: trans.__('Forget Saved Plots…'),
    caption: trans.__(
      'Delete the plotting settings and figures saved for this notebook’s kernel'
    ),
    describedBy,
    isEnabled: args => find(args) !== null,
    isVisible,
    execute: async args => {
      const model = find(args);
      if (!model) {
        return;
      }
      const { kernelId } = model;
      const answer = await showDialog({
        title: trans.__('Forget saved plots?'),
        body: trans.__(
          'What is saved of this kernel’s plots is deleted, and does not come back after its next restart.'
        ),
        buttons: [
          Dialog.cancelButton({ label: trans.__('Cancel') }),
          Dialog.warnButton({ label: trans.__('Forget') })
        ]
      });
      // The dialog may have stayed open over a change of the kernel.
      if (answer.button.accept && model.kernelId === kernelId) {
        await model.forget();
        if (model.error) {
          report(model);
        }
      }
    }
  });

  models.changed.connect(() => {
    for (const id of Object.values(CommandIDs)) {
      commands.notifyCommandChanged(id);
    }
  });
}

/** What a click on the badge does: the one thing that helps in its status. */
export async function pressBadge(
  commands: CommandRegistry,
  model: PlotModel,
  trans: TranslationBundle
): Promise<void> {
  const args = { kernelId: model.kernelId };
  if (model.status === 'paused') {
    const answer = await showDialog({
      title: trans.__('Keep plots over restarts?'),
      body:
        model.state?.message ||
        trans.__('Keeping plots over restarts is paused for this kernel.'),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Leave paused') }),
        Dialog.okButton({ label: trans.__('Switch on') })
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
