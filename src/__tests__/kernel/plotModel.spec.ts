import type { PlotModel } from '../../kernel/plotModel';
import { idle } from '../support/fakeServer';
import { FollowedKernel } from '../support/followedKernel';
import { plotState } from '../support/plotStates';

describe('PlotModel', () => {
  let kernel: FollowedKernel;
  let model: PlotModel;

  beforeEach(() => {
    kernel = new FollowedKernel();
    model = kernel.model;
  });

  it('shows nothing without a kernel', () => {
    expect(model.status).toBeNull();
    expect(kernel.server.log).toEqual([]);
  });

  it('asks once for the first state of a kernel', async () => {
    kernel.start();
    await idle();
    expect(kernel.server.log).toEqual(['GET /base/mpl-guard/kernels/k1']);
    expect(model.status).toBeNull();
    await kernel.server.last.answer(plotState({ status: 'absent' }));
    expect(model.status).toBe('absent');
    expect(kernel.server.requests).toHaveLength(1);
  });

  it('asks at once for a kernel that was connected before', async () => {
    kernel.start();
    const late = kernel.follow();
    await idle();
    await kernel.server.last.answer(plotState());
    expect(late.status).toBe('live');
    late.dispose();
  });

  it('waits for the outcome of a restore in progress', async () => {
    kernel.start();
    await idle();
    await kernel.server.last.answer(plotState({ status: 'restoring' }));
    expect(kernel.server.log).toEqual([
      'GET /base/mpl-guard/kernels/k1',
      'POST /base/mpl-guard/reinit'
    ]);
    await kernel.server.last.answer(plotState({ status: 'restored' }));
    expect(model.status).toBe('restored');
    expect(kernel.outcomes).toHaveLength(1);
  });

  it('follows the agent without asking', async () => {
    await kernel.known();
    kernel.publish(plotState({ backend: 'widget' }));
    expect(model.state?.backend).toBe('widget');
    kernel.publish(plotState({ backend: 'agg' }));
    expect(model.state?.backend).toBe('agg');
    await idle();
    expect(kernel.server.log).toEqual([]);
  });

  it('announces each end of a process, while its state is still known', async () => {
    const ends: (string | null)[] = [];
    model.ended.connect(({ status }) => {
      ends.push(status);
    });
    await kernel.known();
    expect(ends).toEqual([]);
    kernel.restartFromMenu();
    expect(ends).toEqual(['live']);
    kernel.publish(plotState({ status: 'restored' }));
    kernel.crash();
    kernel.publish(plotState({ status: 'partial' }));
    kernel.change(null);
    kernel.start('k2');
    expect(ends).toEqual(['live', 'restored', null]);
  });

  it('does not read other display data or another version', async () => {
    await kernel.known();
    kernel.message('update_display_data', { data: { 'text/plain': 'x' } });
    kernel.publish({ ...plotState(), version: 2 as 1, backend: 'agg' });
    expect(model.state?.backend).toBe('inline');
  });

  it.each([
    ['in the menu', () => kernel.restartFromMenu()],
    ['by another client', () => kernel.restartElsewhere()],
    ['after a crash', () => kernel.crash()]
  ])('restores once on a restart %s', async (_, restart) => {
    await kernel.known();
    restart();
    expect(model.status).toBe('restoring');
    await idle();
    expect(kernel.server.log).toEqual(['POST /base/mpl-guard/reinit']);
    expect(kernel.server.last.body).toEqual({
      kernel_id: 'k1',
      figures: 'auto'
    });
    await kernel.server.last.answer(
      plotState({ incarnation: 2, status: 'restored' })
    );
    expect(model.status).toBe('restored');
    expect(kernel.outcomes).toHaveLength(1);
  });

  it('does not restore on a network blip, but asks for the state', async () => {
    await kernel.known();
    kernel.connection('connecting');
    kernel.connection('connected');
    kernel.status('busy');
    kernel.status('idle');
    await idle();
    expect(kernel.server.log).toEqual(['GET /base/mpl-guard/kernels/k1']);
    await kernel.server.last.answer(plotState({ backend: 'agg' }));
    expect(model.state?.backend).toBe('agg');
  });

  it('shows an error as a sentence, until a message arrives', async () => {
    await kernel.known();
    kernel.crash();
    await idle();
    await kernel.server.last.answer({ message: 'The kernel is dead.' }, 409);
    expect(model.status).toBe('error');
    expect(model.error).toBe('The kernel is dead.');
    kernel.publish(plotState({ incarnation: 2 }));
    expect(model.status).toBe('live');
    expect(model.error).toBe('');
  });

  it('says what to install where the server half is missing', async () => {
    kernel.start();
    await idle();
    await kernel.server.last.answer('<html></html>', 404);
    expect(model.status).toBe('error');
    expect(model.error).toContain('pip install jupyter-mpl-guard');
  });

  it('does not restore a kernel that is not Python', async () => {
    await kernel.known(plotState({ status: 'unsupported', backend: null }));
    kernel.restartFromMenu();
    expect(model.status).toBe('unsupported');
    await idle();
    expect(kernel.server.log).toEqual(['GET /base/mpl-guard/kernels/k1']);
  });

  it('does not restore when the user has switched that off', async () => {
    await kernel.known();
    kernel.preferences.enabled = false;
    kernel.restartFromMenu();
    await idle();
    expect(kernel.server.log).toEqual(['GET /base/mpl-guard/kernels/k1']);
    await kernel.server.last.answer(plotState({ status: 'absent' }));
    expect(model.status).toBe('absent');
  });

  it('shows the offer while it is being dismissed, and then what is left', async () => {
    await kernel.known(plotState({ status: 'offered' }));
    const ended = model.reinit('none');
    expect(model.status).toBe('offered');
    await idle();
    expect(kernel.server.last.body).toEqual({
      kernel_id: 'k1',
      figures: 'none',
      data: 'none'
    });
    await kernel.server.last.answer(plotState({ status: 'restored' }));
    expect((await ended)?.status).toBe('restored');
    expect(model.status).toBe('restored');
    expect(kernel.outcomes).toEqual([]);
  });

  it('shows nothing when the kernel is dead', async () => {
    await kernel.known();
    kernel.ownStatus('dead');
    expect(model.status).toBeNull();
  });

  it('asks for the state again after it has forgotten', async () => {
    await kernel.known();
    const forgotten = model.forget();
    await idle();
    expect(kernel.server.log).toEqual(['DELETE /base/mpl-guard/kernels/k1']);
    await kernel.server.last.answer(undefined, 204);
    await kernel.server.last.answer(plotState({ status: 'absent' }));
    await forgotten;
    expect(model.status).toBe('absent');
  });
});
