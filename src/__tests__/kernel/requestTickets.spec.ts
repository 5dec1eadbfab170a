import type { PlotModel } from '../../kernel/plotModel';
import { idle } from '../support/fakeServer';
import { FollowedKernel } from '../support/followedKernel';
import { plotState } from '../support/plotStates';

describe('PlotModel, when answers are out of date,', () => {
  let kernel: FollowedKernel;
  let model: PlotModel;

  beforeEach(() => {
    kernel = new FollowedKernel();
    model = kernel.model;
  });

  it('drops the answer that belongs to a restart before the last', async () => {
    await kernel.known();
    kernel.restartElsewhere();
    await idle();
    const first = kernel.server.last;
    kernel.restartElsewhere();
    await idle();
    const second = kernel.server.last;
    expect(second).not.toBe(first);
    await first.answer(plotState({ incarnation: 2, status: 'error' }));
    expect(model.status).toBe('restoring');
    await second.answer(plotState({ incarnation: 3, status: 'restored' }));
    expect(model.status).toBe('restored');
    expect(kernel.outcomes.map(state => state.incarnation)).toEqual([3]);
  });

  it('drops the answer about a kernel that was changed', async () => {
    kernel.start('k1');
    await idle();
    const first = kernel.server.last;
    kernel.start('k2');
    await idle();
    await first.answer(plotState({ backend: 'agg' }));
    expect(model.status).toBeNull();
    await kernel.server.last.answer(plotState({ kernel_id: 'k2' }));
    expect(model.state?.kernel_id).toBe('k2');
  });

  it('keeps what the agent has sent after the request was sent', async () => {
    await kernel.known();
    kernel.restartElsewhere();
    await idle();
    kernel.publish(
      plotState({ incarnation: 2, status: 'restored', backend: 'agg' })
    );
    expect(model.status).toBe('restored');
    await kernel.server.last.answer(
      plotState({ incarnation: 2, status: 'restored', backend: 'inline' })
    );
    expect(model.state?.backend).toBe('agg');
  });

  it('keeps the answer when the agent has only sent that it restores', async () => {
    await kernel.known();
    kernel.restartElsewhere();
    await idle();
    kernel.publish(plotState({ incarnation: 2, status: 'restoring' }));
    await kernel.server.last.answer(
      plotState({ incarnation: 2, status: 'partial' })
    );
    expect(model.status).toBe('partial');
  });

  it('keeps the answer when only the server knows its status', async () => {
    await kernel.known();
    kernel.restartElsewhere();
    await idle();
    kernel.publish(plotState({ incarnation: 2 }));
    await kernel.server.last.answer(
      plotState({ incarnation: 2, status: 'paused' })
    );
    expect(model.status).toBe('paused');
  });

  it('emits nothing after it was disposed of', async () => {
    kernel.start();
    await idle();
    const changes = jest.fn();
    model.stateChanged.connect(changes);
    model.dispose();
    model.dispose();
    await kernel.server.last.answer(plotState());
    kernel.publish(plotState());
    kernel.crash();
    await idle();
    expect(model.state).toBeNull();
    expect(changes).not.toHaveBeenCalled();
    expect(kernel.server.requests).toHaveLength(1);
  });
});
