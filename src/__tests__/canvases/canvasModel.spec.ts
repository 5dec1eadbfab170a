import type { Kernel } from '@jupyterlab/services';

import {
  fetchCanvases,
  isStuck,
  liveModel,
  markDead,
  releaseDead
} from '../../canvases/canvasModel';
import type { FakeWidget } from '../support/fakeWidgets';
import { FakeManager, fakeCanvas } from '../support/fakeWidgets';

describe('canvases in the page', () => {
  let manager: FakeManager;
  let canvas: FakeWidget;

  /** The kernel that the manager fetches widgets from. */
  const kernel = {
    requestCommInfo: async () => ({
      content: {
        status: 'ok',
        comms: Object.fromEntries(manager.kernelHas.map(id => [id, {}]))
      }
    })
  } as unknown as Kernel.IKernelConnection;

  beforeEach(() => {
    manager = new FakeManager();
    canvas = fakeCanvas('c1');
    manager.register(canvas);
  });

  it('are alive while their kernel is, and known by their id', async () => {
    expect(await liveModel(manager, 'c1')).toBe(canvas);
    expect(await liveModel(manager, 'c2')).toBeNull();
    markDead(canvas);
    expect(await liveModel(manager, 'c1')).toBeNull();
  });

  it('are not alive before their toolbar is', async () => {
    (canvas.get('toolbar') as FakeWidget).comm_live = false;
    expect(await liveModel(manager, 'c1')).toBeNull();
  });

  it('are let go of with all their parts when they are dead, and not before', () => {
    const toolbar = canvas.get('toolbar') as FakeWidget;
    releaseDead(canvas);
    expect([canvas.ties.size, toolbar.ties.size]).toEqual([4, 4]);
    markDead(canvas);
    releaseDead(canvas);
    expect([canvas.ties.size, toolbar.ties.size]).toEqual([0, 0]);
  });

  it('are fetched with all their parts where the page has dead ones', async () => {
    markDead(canvas);
    manager.kernelHas = ['c1'];
    await fetchCanvases(manager, ['c1'], kernel, null);
    const model = await liveModel(manager, 'c1');
    expect(model).not.toBe(canvas);
    expect(await manager.get_model('c1-toolbar')).toBe(model?.get('toolbar'));
    expect(manager.fetches).toBe(1);
  });

  it('are not fetched when the kernel does not have them', async () => {
    markDead(canvas);
    await fetchCanvases(manager, ['c1'], kernel, null);
    expect(manager.fetches).toBe(0);
    expect(manager.has_model('c1')).toBe(true);
  });

  it('are not fetched when only the name of a method is theirs', async () => {
    await fetchCanvases(manager, ['constructor'], kernel, null);
    expect(manager.fetches).toBe(0);
  });

  it('are not fetched when they have arrived meanwhile', async () => {
    manager.kernelHas = ['c1'];
    await fetchCanvases(manager, ['c1'], kernel, null);
    expect(manager.fetches).toBe(0);
    expect(await liveModel(manager, 'c1')).toBe(canvas);
  });

  describe('that ipywidgets has requested one by one', () => {
    let comms: Map<string, { dispose(): void }>;
    let busy: Kernel.IKernelConnection;
    let requests: number;
    let onRequest: () => void;

    beforeEach(() => {
      comms = new Map(
        ['c2', 'slider'].map(id => [id, { dispose: () => comms.delete(id) }])
      );
      requests = 0;
      onRequest = () => undefined;
      busy = {
        ...kernel,
        _comms: comms,
        hasComm: (id: string) => comms.has(id),
        requestCommInfo: async () => {
          requests += 1;
          onRequest();
          return kernel.requestCommInfo({});
        }
      } as unknown as Kernel.IKernelConnection;
      manager.restoredStatus = false;
      manager.kernelHas = ['c1', 'c2', 'slider'];
    });

    it('are fetched once more where it waits in vain', async () => {
      expect(['c1', 'c2', 'c3'].map(id => isStuck(manager, id, busy))).toEqual([
        false,
        true,
        false
      ]);
      expect(isStuck(manager, 'c2', null)).toBe(false);
      await fetchCanvases(manager, ['c2'], busy, null);
      // Else a comm could not be made again.
      expect(comms.size).toBe(0);
      expect(manager.fetches).toBe(1);
      expect(await liveModel(manager, 'c2')).not.toBeNull();
    });

    it('are left to it until the kernel has had time to answer', async () => {
      onRequest = () => {
        if (requests === 3) {
          ['c2', 'slider'].forEach(id => manager.register(fakeCanvas(id)));
        }
      };
      await fetchCanvases(manager, ['c2'], busy, null);
      expect(comms.size).toBe(2);
      expect(manager.fetches).toBe(0);
    });
  });
});
