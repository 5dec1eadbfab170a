import { CommandRegistry } from '@lumino/commands';
import { PromiseDelegate } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';

import { RUN_AGAIN, followRunAgain } from '../../kernel/runAgain';
import type { IOutcome, IPlotModels } from '../../tokens';
import { idle } from '../support/fakeServer';
import { FollowedKernel } from '../support/followedKernel';
import { plotState } from '../support/plotStates';

describe('followRunAgain', () => {
  let kernel: FollowedKernel;
  let commands: CommandRegistry;
  let restarted: PromiseDelegate<boolean>;

  beforeEach(async () => {
    kernel = new FollowedKernel();
    const { model, preferences, server } = kernel;
    const models: IPlotModels = {
      panels: {} as never,
      preferences,
      changed: new Signal<IPlotModels, void>({} as IPlotModels),
      outcome: new Signal<IPlotModels, IOutcome>({} as IPlotModels),
      of: () => model,
      find: () => model,
      touch: () => undefined
    };
    commands = new CommandRegistry();
    restarted = new PromiseDelegate();
    for (const id of [...RUN_AGAIN, 'notebook:restart-kernel']) {
      commands.addCommand(id, {
        describedBy: { args: null },
        execute: () => restarted.promise
      });
    }
    followRunAgain(commands, models, server.settings);
  });

  afterEach(() => kernel.model.dispose());

  it.each([...RUN_AGAIN])('says it before %s, and takes it back', async id => {
    await kernel.known();
    const result = commands.execute(id);
    await idle();
    expect(kernel.server.log).toEqual([
      `PATCH /base/mpl-guard/kernels/${kernel.model.kernelId}`
    ]);
    expect(kernel.server.last.body).toEqual({ next_restore: 'none' });
    restarted.resolve(false);
    await result;
    await idle();
    expect(kernel.server.requests.length).toBe(1); // not before the first has arrived
    await kernel.server.last.answer(plotState());
    expect(kernel.server.last.body).toEqual({ next_restore: 'auto' });
    expect(kernel.server.requests.length).toBe(2);
  });

  it('bears a command and a server that fail', async () => {
    await kernel.known();
    const result = commands.execute('notebook:restart-run-all');
    await idle();
    await kernel.server.last.fail();
    restarted.reject(new Error('no restart'));
    await expect(result).rejects.toThrow('no restart');
    await idle();
    expect(kernel.server.last.body).toEqual({ next_restore: 'auto' });
  });

  it('says nothing of other restarts, nor without a kernel', async () => {
    void commands.execute('notebook:restart-run-all');
    await idle();
    expect(kernel.server.log).toEqual([]);
    await kernel.known();
    void commands.execute('notebook:restart-kernel');
    await idle();
    expect(kernel.server.log).toEqual([]);
  });
});
