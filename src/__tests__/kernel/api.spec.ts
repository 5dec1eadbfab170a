import { ServerConnection } from '@jupyterlab/services';

import {
  forget,
  getState,
  reinit,
  setPaused,
  setPolicy
} from '../../kernel/api';
import { ServerHalfMissing } from '../../kernel/request';
import { FakeServer, idle } from '../support/fakeServer';
import { plotState } from '../support/plotStates';

describe('api', () => {
  let server: FakeServer;

  beforeEach(() => {
    server = new FakeServer();
  });

  it('posts a reinit below the base URL and gives its state', async () => {
    const answer = reinit(server.settings, 'k1', 'all');
    await idle();
    expect(server.log).toEqual(['POST /base/mpl-guard/reinit']);
    expect(server.last.body).toEqual({
      kernel_id: 'k1',
      figures: 'all',
      data: 'all'
    });
    await server.last.answer(plotState());
    expect(await answer).toEqual(plotState());
  });

  it('takes 202 for an answer', async () => {
    const answer = reinit(server.settings, 'k1');
    await idle();
    await server.last.answer(plotState({ status: 'pending' }), 202);
    expect((await answer).status).toBe('pending');
  });

  it('gets the state of a kernel', async () => {
    const answer = getState(server.settings, 'a/b');
    await idle();
    expect(server.log).toEqual(['GET /base/mpl-guard/kernels/a%2Fb']);
    expect(server.last.body).toBeUndefined();
    await server.last.answer(plotState());
    expect(await answer).toEqual(plotState());
  });

  it('patches whether the guard is paused', async () => {
    const answer = setPaused(server.settings, 'k1', true);
    await idle();
    expect(server.log).toEqual(['PATCH /base/mpl-guard/kernels/k1']);
    expect(server.last.body).toEqual({ paused: true });
    await server.last.answer(plotState({ status: 'paused' }));
    expect((await answer).status).toBe('paused');
  });

  it('deletes what is saved and takes 204 for an answer', async () => {
    const answer = forget(server.settings, 'k1');
    await idle();
    expect(server.log).toEqual(['DELETE /base/mpl-guard/kernels/k1']);
    await server.last.answer(undefined, 204);
    expect(await answer).toBeUndefined();
  });

  it('puts the changes of the policy', async () => {
    const answer = setPolicy(server.settings, { figures: 'never' });
    await idle();
    expect(server.log).toEqual(['PUT /base/mpl-guard/policy']);
    expect(server.last.body).toEqual({ figures: 'never' });
    await server.last.answer({ enabled: true, figures: 'never' });
    expect(await answer).toEqual({ enabled: true, figures: 'never' });
  });

  /** Return the error of a request that gets this answer. */
  async function failure(body: unknown, status: number): Promise<unknown> {
    const error = getState(server.settings, 'k1').catch(reason => reason);
    await idle();
    await server.last.answer(body, status);
    return error;
  }

  it('fails with the sentence of the server', async () => {
    const error = await failure({ message: 'The kernel is dead.' }, 409);
    expect(error).toBeInstanceOf(ServerConnection.ResponseError);
    expect(error).toMatchObject({
      message: 'The kernel is dead.',
      response: { status: 409 }
    });
  });

  it('distinguishes an unknown kernel from a missing server half', async () => {
    const unknown = await failure({ message: 'There is no such kernel.' }, 404);
    expect(unknown).not.toBeInstanceOf(ServerHalfMissing);
    expect(unknown).toMatchObject({ message: 'There is no such kernel.' });
    const missing = await failure('<html>404 : Not Found</html>', 404);
    expect(missing).toBeInstanceOf(ServerHalfMissing);
  });

  it('fails on an answer that is not JSON', async () => {
    expect(await failure('<html>hello</html>', 200)).toBeInstanceOf(
      ServerConnection.ResponseError
    );
  });

  it('fails on an answer that is no plot state', async () => {
    const error = await failure({ ...plotState(), version: 2 }, 200);
    expect(error).toBeInstanceOf(ServerConnection.ResponseError);
    expect(error).toMatchObject({ message: expect.stringContaining('reload') });
  });

  it('fails with a network error when the server is away', async () => {
    const error = getState(server.settings, 'k1').catch(reason => reason);
    await idle();
    await server.last.fail();
    expect(await error).toBeInstanceOf(ServerConnection.NetworkError);
  });
});
