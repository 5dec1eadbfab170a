import { nullTranslator } from '@jupyterlab/translation';

import { PlotModel } from '../model';
import type { PlotState } from '../plotState';
import { FakeContext } from './fakeKernel';
import { idle } from './fakeServer';
import { plotState } from './states';

describe('PlotModel', () => {
  let kernel: FakeContext;
  let model: PlotModel;
  let preferences: PlotModel.IPreferences;
  let outcomes: PlotState[];

  beforeEach(() => {
    kernel = new FakeContext();
    preferences = { enabled: true, notify: true };
    model = new PlotModel({
      context: kernel.context,
      preferences,
      trans: nullTranslator.load('jupyter_mpl_guard')
    });
    outcomes = [];
    model.outcome.connect((_, state) => {
      outcomes.push(state);
    });
  });

  /** A kernel whose first state is known. */
  async function known(state = plotState()): Promise<void> {
    kernel.start();
    await idle();
    await kernel.server.last.answer(state);
    kernel.server.requests.length = 0;
  }

  it('has nothing to tell without a kernel', () => {
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
    const late = new PlotModel({
      context: kernel.context,
      preferences,
      trans: nullTranslator.load('jupyter_mpl_guard')
    });
    await idle();
    await kernel.server.last.answer(plotState());
    expect(late.status).toBe('live');
    late.dispose();
  });

  it('waits for the outcome of a restore that is under way', async () => {
    kernel.start();
    await idle();
    await kernel.server.last.answer(plotState({ status: 'restoring' }));
    expect(kernel.server.log).toEqual([
      'GET /base/mpl-guard/kernels/k1',
      'POST /base/mpl-guard/reinit'
    ]);
    await kernel.server.last.answer(plotState({ status: 'restored' }));
    expect(model.status).toBe('restored');
    expect(outcomes).toHaveLength(1);
  });

  it('follows the agent without asking', async () => {
    await known();
    kernel.publish(plotState({ backend: 'widget' }));
    expect(model.state?.backend).toBe('widget');
    kernel.publish(plotState({ backend: 'agg' }));
    expect(model.state?.backend).toBe('agg');
    await idle();
    expect(kernel.server.log).toEqual([]);
  });

  it('does not read other display data or another version', async () => {
    await known();
    kernel.message('update_display_data', { data: { 'text/plain': 'x' } });
    kernel.publish({ ...plotState(), version: 2 as 1, backend: 'agg' });
    expect(model.state?.backend).toBe('inline');
  });

  it.each([
    ['in the menu', () => kernel.restartFromMenu()],
    ['by another client', () => kernel.restartElsewhere()],
    ['after a crash', () => kernel.crash()]
  ])('restores once on a restart %s', async (_, restart) => {
    await known();
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
    expect(outcomes).toHaveLength(1);
  });

  it('does not restore on a network blip, but asks for the state', async () => {
    await known();
    kernel.connection('connecting');
    kernel.connection('connected');
    kernel.status('busy');
    kernel.status('idle');
    await idle();
    expect(kernel.server.log).toEqual(['GET /base/mpl-guard/kernels/k1']);
    await kernel.server.last.answer(plotState({ backend: 'agg' }));
    expect(model.state?.backend).toBe('agg');
  });

  it('shows an error as a sentence, until something better is heard', async () => {
    await known();
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
    await known(plotState({ status: 'unsupported', backend: null }));
    kernel.restartFromMenu();
    expect(model.status).toBe('unsupported');
    await idle();
    expect(kernel.server.log).toEqual(['GET /base/mpl-guard/kernels/k1']);
  });

  it('does not restore where the user has switched that off', async () => {
    await known();
    preferences.enabled = false;
    kernel.restartFromMenu();
    await idle();
    expect(kernel.server.log).toEqual(['GET /base/mpl-guard/kernels/k1']);
    await kernel.server.last.answer(plotState({ status: 'absent' }));
    expect(model.status).toBe('absent');
  });

  it('has nothing to tell when the kernel is dead', async () => {
    await known();
    kernel.ownStatus('dead');
    expect(model.status).toBeNull();
  });

  it('asks for the state again after it was told to forget', async () => {
    await known();
    const forgotten = model.forget();
    await idle();
    expect(kernel.server.log).toEqual(['DELETE /base/mpl-guard/kernels/k1']);
    await kernel.server.last.answer(undefined, 204);
    await kernel.server.last.answer(plotState({ status: 'absent' }));
    await forgotten;
    expect(model.status).toBe('absent');
  });
});
