import { Dialog, Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';

import type { IOutcome, IPlotModel, IPlotModels } from '../../tokens';
import {
  CommandIDs,
  SHOW_PLOTS,
  addCommands,
  pressBadge
} from '../../ui/commands';
import { idle } from '../support/fakeServer';
import { FollowedKernel } from '../support/followedKernel';
import { plotState, restore } from '../support/plotStates';

describe('commands', () => {
  const trans = nullTranslator.load('jupyter_mpl_guard');
  let kernel: FollowedKernel;
  let model: IPlotModel;
  let commands: CommandRegistry;

  beforeEach(() => {
    kernel = new FollowedKernel();
    model = kernel.model;
    const models: IPlotModels = {
      panels: {} as never,
      preferences: kernel.preferences,
      changed: new Signal<IPlotModels, void>({} as IPlotModels),
      outcome: new Signal<IPlotModels, IOutcome>({} as IPlotModels),
      of: () => model,
      find: id => (!id || id === model.kernelId ? model : null),
      touch: () => undefined
    };
    commands = new CommandRegistry();
    addCommands(commands, models, trans);
    Notification.dismiss();
  });

  afterEach(() => {
    model.dispose();
  });

  /** Press a button of the dialog that is about to open. */
  async function press(button: 'accept' | 'reject'): Promise<void> {
    await idle();
    const node = document.querySelector<HTMLElement>(
      `.jp-Dialog .jp-mod-${button}`
    )!;
    node.click();
    await idle();
  }

  /** The messages of the notifications. */
  function notified(): string[] {
    return Notification.manager.notifications.map(({ message }) => message);
  }

  it('are not there without a kernel, nor for one that is not Python', async () => {
    for (const id of Object.values(CommandIDs)) {
      expect(commands.isVisible(id)).toBe(false);
      expect(commands.isEnabled(id)).toBe(false);
    }
    await kernel.known(plotState({ status: 'unsupported', backend: null }));
    expect(commands.isVisible(CommandIDs.reinit)).toBe(false);
  });

  it('describe their arguments, their labels and their captions', async () => {
    for (const id of Object.values(CommandIDs)) {
      expect(commands.label(id)).not.toBe('');
      expect(commands.caption(id)).not.toBe('');
      expect((await commands.describedBy(id)).args).toMatchObject({
        properties: { kernelId: { type: 'string' } }
      });
    }
  });

  it('find a kernel by its id, and do nothing for one that is not open', async () => {
    await kernel.known();
    expect(commands.isEnabled(CommandIDs.reinit, { kernelId: 'k1' })).toBe(
      true
    );
    expect(commands.isEnabled(CommandIDs.reinit, { kernelId: 'k9' })).toBe(
      false
    );
  });

  it('reinitialise, and notify of the outcome', async () => {
    await kernel.known();
    const done = commands.execute(CommandIDs.reinit);
    await idle();
    expect(kernel.server.last.body).toEqual({
      kernel_id: 'k1',
      figures: 'auto'
    });
    await kernel.server.last.answer(plotState());
    await done;
    expect(notified()).toEqual([
      'Plotting settings are kept over kernel restarts.'
    ]);
  });

  it('notify of what went wrong', async () => {
    await kernel.known();
    const done = commands.execute(CommandIDs.reinit);
    await idle();
    await kernel.server.last.answer({ message: 'The kernel is dead.' }, 409);
    await done;
    expect(notified()).toEqual(['The kernel is dead.']);
  });

  it('restore figures where they are offered, and only there', async () => {
    await kernel.known();
    expect(commands.isEnabled(CommandIDs.restoreFigures)).toBe(false);
    kernel.publish(plotState({ status: 'offered' }));
    expect(commands.isEnabled(CommandIDs.restoreFigures)).toBe(true);
    void pressBadge(commands, model, trans);
    await idle();
    expect(kernel.server.last.body).toEqual({
      kernel_id: 'k1',
      figures: 'all',
      data: 'all'
    });
  });

  it('notify of what was restored of the figures, and what was not', async () => {
    await kernel.known(plotState({ status: 'offered' }));
    const done = commands.execute(CommandIDs.restoreFigures);
    await idle();
    await kernel.server.last.answer(
      plotState({
        status: 'partial',
        last_restore: restore({
          trigger: 'manual',
          restored: ['figures'],
          missing: [
            { what: 'the name fig', why: 'it is bound to something else now' }
          ]
        })
      })
    );
    await done;
    expect(notified()).toEqual([
      'Restored: figures. 1 thing was not restored. Missing: the name fig (it is bound to something else now).'
    ]);
    expect(Notification.manager.notifications[0]).toMatchObject({
      type: 'warning',
      options: { actions: [] }
    });
  });

  it('put what does not fit into a notification behind a button', async () => {
    await kernel.known(plotState({ status: 'offered' }));
    const done = commands.execute(CommandIDs.restoreFigures);
    await idle();
    const missing = { what: 'FuncAnimation of fig', why: 'x'.repeat(100) };
    await kernel.server.last.answer(
      plotState({
        status: 'partial',
        last_restore: restore({ restored: ['figures'], missing: [missing] })
      })
    );
    await done;
    expect(notified()).toEqual([
      "Restored from the notebook's last kernel: figures. 1 thing was not restored."
    ]);
    const [{ options }] = Notification.manager.notifications;
    expect(options.actions?.map(({ label }) => label)).toEqual(['Details']);
  });

  it('dismiss figures where they are offered, and only there, after asking', async () => {
    await kernel.known();
    expect(commands.isEnabled(CommandIDs.dismissFigures)).toBe(false);
    kernel.publish(plotState({ status: 'offered' }));
    expect(commands.isEnabled(CommandIDs.dismissFigures)).toBe(true);
    void commands.execute(CommandIDs.dismissFigures);
    await press('reject');
    expect(kernel.server.log).toEqual([]);
    const done = commands.execute(CommandIDs.dismissFigures);
    await press('accept');
    expect(kernel.server.last.body).toEqual({
      kernel_id: 'k1',
      figures: 'none',
      data: 'none'
    });
    await kernel.server.last.answer(plotState({ status: 'restored' }));
    await done;
    expect(commands.isEnabled(CommandIDs.dismissFigures)).toBe(false);
    expect(notified()).toEqual([]);
  });

  it('pause, and show it', async () => {
    await kernel.known();
    expect(commands.isToggled(CommandIDs.toggle)).toBe(true);
    void commands.execute(CommandIDs.toggle);
    await idle();
    expect(kernel.server.last.body).toEqual({ paused: true });
    await kernel.server.last.answer(plotState({ status: 'paused' }));
    expect(commands.isToggled(CommandIDs.toggle)).toBe(false);
  });

  it('offer to switch on again when the badge of a paused kernel is pressed', async () => {
    await kernel.known(plotState({ status: 'paused' }));
    void pressBadge(commands, model, trans);
    await press('reject');
    expect(kernel.server.log).toEqual([]);
    void pressBadge(commands, model, trans);
    await press('accept');
    expect(kernel.server.last.body).toEqual({ paused: false });
  });

  it('open the panel when the badge is pressed, and do what they did before', async () => {
    await kernel.known();
    const opened: unknown[] = [];
    commands.addCommand(SHOW_PLOTS, {
      describedBy: {},
      execute: args => void opened.push(args)
    });
    void pressBadge(commands, model, trans);
    await idle();
    expect(opened).toEqual([{ reveal: true }]);
    expect(kernel.server.log).toEqual(['POST /base/mpl-guard/reinit']);
  });

  it('forget after asking, and not otherwise', async () => {
    await kernel.known();
    void commands.execute(CommandIDs.forget);
    await press('reject');
    expect(kernel.server.log).toEqual([]);
    void commands.execute(CommandIDs.forget);
    await press('accept');
    expect(kernel.server.log).toEqual(['DELETE /base/mpl-guard/kernels/k1']);
    Dialog.flush();
  });
});
