import { Dialog, Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';

import { CommandIDs, addCommands, pressBadge } from '../commands';
import { PlotModel } from '../model';
import type { IOutcome, IPlotModels } from '../models';
import type { PlotState } from '../plotState';
import { FakeContext } from './fakeKernel';
import { idle } from './fakeServer';
import { plotState } from './states';

describe('commands', () => {
  const trans = nullTranslator.load('jupyter_mpl_guard');
  let kernel: FakeContext;
  let model: PlotModel;
  let commands: CommandRegistry;

  beforeEach(() => {
    kernel = new FakeContext();
    const preferences = { enabled: true, notify: true };
    model = new PlotModel({ context: kernel.context, preferences, trans });
    const models: IPlotModels = {
      preferences,
      changed: new Signal<IPlotModels, void>({} as IPlotModels),
      outcome: new Signal<IPlotModels, IOutcome>({} as IPlotModels),
      of: () => model,
      find: id => (!id || id === model.kernelId ? model : null)
    };
    commands = new CommandRegistry();
    addCommands(commands, models, trans);
    Notification.dismiss();
  });

  afterEach(() => {
    model.dispose();
  });

  /** A kernel in the given state. */
  async function known(state: Partial<PlotState> = {}): Promise<void> {
    kernel.start();
    await idle();
    await kernel.server.last.answer(plotState(state));
    kernel.server.requests.length = 0;
  }

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
  function notices(): string[] {
    return Notification.manager.notifications.map(({ message }) => message);
  }

  it('are not there without a kernel, nor for one that is not Python', async () => {
    for (const id of Object.values(CommandIDs)) {
      expect(commands.isVisible(id)).toBe(false);
      expect(commands.isEnabled(id)).toBe(false);
    }
    await known({ status: 'unsupported', backend: null });
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
    await known();
    expect(commands.isEnabled(CommandIDs.reinit, { kernelId: 'k1' })).toBe(
      true
    );
    expect(commands.isEnabled(CommandIDs.reinit, { kernelId: 'k9' })).toBe(
      false
    );
  });

  it('reinitialise, and tell the outcome', async () => {
    await known();
    const done = commands.execute(CommandIDs.reinit);
    await idle();
    expect(kernel.server.last.body).toEqual({
      kernel_id: 'k1',
      figures: 'auto'
    });
    await kernel.server.last.answer(plotState());
    await done;
    expect(notices()).toEqual([
      'Plotting settings are kept over kernel restarts.'
    ]);
  });

  it('tell what went wrong', async () => {
    await known();
    const done = commands.execute(CommandIDs.reinit);
    await idle();
    await kernel.server.last.answer({ message: 'The kernel is dead.' }, 409);
    await done;
    expect(notices()).toEqual(['The kernel is dead.']);
  });

  it('restore figures where they are offered, and only there', async () => {
    await known();
    expect(commands.isEnabled(CommandIDs.restoreFigures)).toBe(false);
    kernel.publish(plotState({ status: 'offered' }));
    expect(commands.isEnabled(CommandIDs.restoreFigures)).toBe(true);
    void pressBadge(commands, model, trans);
    await idle();
    expect(kernel.server.last.body).toEqual({
      kernel_id: 'k1',
      figures: 'all'
    });
  });

  it('pause, and show it', async () => {
    await known();
    expect(commands.isToggled(CommandIDs.toggle)).toBe(true);
    void commands.execute(CommandIDs.toggle);
    await idle();
    expect(kernel.server.last.body).toEqual({ paused: true });
    await kernel.server.last.answer(plotState({ status: 'paused' }));
    expect(commands.isToggled(CommandIDs.toggle)).toBe(false);
  });

  it('offer to switch on again when the badge of a paused kernel is pressed', async () => {
    await known({ status: 'paused' });
    void pressBadge(commands, model, trans);
    await press('reject');
    expect(kernel.server.log).toEqual([]);
    void pressBadge(commands, model, trans);
    await press('accept');
    expect(kernel.server.last.body).toEqual({ paused: false });
  });

  it('forget after asking, and not otherwise', async () => {
    await known();
    void commands.execute(CommandIDs.forget);
    await press('reject');
    expect(kernel.server.log).toEqual([]);
    void commands.execute(CommandIDs.forget);
    await press('accept');
    expect(kernel.server.log).toEqual(['DELETE /base/mpl-guard/kernels/k1']);
    Dialog.flush();
  });
});
