/**
 * The commands, for the palette, the Kernel menu and the badge.
 */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { FigureChoice, IPlotModel, IPlotModels } from '../tokens';
import { commandTexts, dialogTexts } from './commandTexts';
import { summary } from './messages';
import { notify } from './notifications';

/** The arguments of a command. */
type Args = ReadonlyPartialJSONObject;

/** A question, and its answers. */
interface IQuestion {
  readonly title: string;
  readonly body: string;
  /** JupyterLab's own word if left out. */
  readonly reject?: string;
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

/** The argument of each command. */
export const kernelArgument = {
  kernelId: {
    type: 'string',
    description:
      'The id of the kernel of an open notebook; the kernel of the current notebook if left out'
  }
};

/** The arguments of these commands. */
const describedBy = { args: { type: 'object', properties: kernelArgument } };

/** Add the commands to the registry; they live as long as the application. */
export function addCommands(
  commands: CommandRegistry,
  models: IPlotModels,
  trans: TranslationBundle
): void {
  const texts = commandTexts(trans);
  const questions = dialogTexts(trans);
  const isThere = (args: Args) => find(models, args) !== null;
  const isOffered = (args: Args) => find(models, args)?.status === 'offered';
  const add = (
    id: string,
    act: (model: IPlotModel) => Promise<void>,
    options: Partial<CommandRegistry.ICommandOptions>
  ) => {
    commands.addCommand(id, {
      describedBy,
      isEnabled: isThere,
      isVisible: isThere,
      ...options,
      execute: async args => {
        const model = find(models, args);
        if (model) {
          await act(model);
        }
      }
    });
  };

  add(CommandIDs.reinit, model => restore(model, 'auto', trans), texts.reinit);
  add(CommandIDs.restoreFigures, model => restore(model, 'all', trans), {
    ...texts.restoreFigures,
    isEnabled: isOffered
  });
  add(
    CommandIDs.dismissFigures,
    model =>
      removeIfAgreed(model, questions.dismiss, trans, () =>
        model.reinit('none')
      ),
    { ...texts.dismissFigures, isEnabled: isOffered }
  );
  add(CommandIDs.toggle, model => toggle(model, trans), {
    ...texts.toggle,
    isToggled: args => {
      const model = find(models, args);
      return model !== null && model.status !== 'paused';
    }
  });
  add(
    CommandIDs.forget,
    model =>
      removeIfAgreed(model, questions.forget, trans, () => model.forget()),
    texts.forget
  );

  models.changed.connect(() => {
    for (const id of Object.values(CommandIDs)) {
      commands.notifyCommandChanged(id);
    }
  });
}

/** Return the model that a command acts on; null when its kernel has no plots. */
function find(models: IPlotModels, { kernelId }: Args): IPlotModel | null {
  const model = models.find(
    typeof kernelId === 'string' ? kernelId : undefined
  );
  const status = model?.status ?? null;
  return status === null || status === 'unsupported' ? null : model;
}

/** Restore, and notify of the outcome, or of the error in its place. */
export async function restore(
  model: IPlotModel,
  figures: FigureChoice,
  trans: TranslationBundle
): Promise<void> {
  if ((await model.reinit(figures)) || model.error) {
    notify(model, trans);
  }
}

/** Pause the guard of a kernel, or resume it. */
async function toggle(
  model: IPlotModel,
  trans: TranslationBundle
): Promise<void> {
  await model.setPaused(model.status !== 'paused');
  notifyProblem(model, trans);
}

/** Ask, and remove what was asked about, unless the kernel has changed while the dialog was open. */
async function removeIfAgreed(
  model: IPlotModel,
  question: IQuestion,
  trans: TranslationBundle,
  remove: () => Promise<unknown>
): Promise<void> {
  const { kernelId } = model;
  if ((await agrees(question)) && model.kernelId === kernelId) {
    await remove();
    notifyProblem(model, trans);
  }
}

/** Notify of what has gone wrong, if anything has. */
function notifyProblem(model: IPlotModel, trans: TranslationBundle): void {
  if (model.error) {
    notify(model, trans);
  }
}

/** Ask for confirmation, of a loss unless another button is given; return whether it is given. */
export async function agrees(
  { title, body, reject, accept }: IQuestion,
  acceptButton = Dialog.warnButton
): Promise<boolean> {
  const answer = await showDialog({
    title,
    body,
    buttons: [
      Dialog.cancelButton({ label: reject }),
      acceptButton({ label: accept })
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
    const { resume } = dialogTexts(trans);
    const body = model.state?.message || summary(model, trans);
    const isAgreed = await agrees({ ...resume, body }, Dialog.okButton);
    if (isAgreed && model.status === 'paused') {
      await commands.execute(CommandIDs.toggle, args);
    }
  } else if (model.status === 'offered') {
    await commands.execute(CommandIDs.restoreFigures, args);
  } else {
    await commands.execute(CommandIDs.reinit, args);
  }
}
