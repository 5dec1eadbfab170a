import type { Kernel } from '@jupyterlab/services';

import {
  bury,
  fetchCanvases,
  liveModel,
  release
} from '../../canvases/canvasModel';
import {
  drawAgain,
  empty,
  forgetErrors,
  managerOf,
  shownBy
} from '../../internals/ipywidgets';
import { output } from '../support/fakeOutputs';
import type { FakeWidget } from '../support/fakeWidgets';
import {
  FakeManager,
  FakeRenderer,
  FakeView,
  fakeCanvas
} from '../support/fakeWidgets';

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
    bury(canvas);
    expect(await liveModel(manager, 'c1')).toBeNull();
  });

  it('are not alive before their toolbar is', async () => {
    (canvas.get('toolbar') as FakeWidget).comm_live = false;
    expect(await liveModel(manager, 'c1')).toBeNull();
  });

  it('are let go of with all their parts when they are dead, and not before', () => {
    const toolbar = canvas.get('toolbar') as FakeWidget;
    release(canvas);
    expect([canvas.ties.size, toolbar.ties.size]).toEqual([4, 4]);
    bury(canvas);
    release(canvas);
    expect([canvas.ties.size, toolbar.ties.size]).toEqual([0, 0]);
  });

  it('are fetched with all their parts where the page has dead ones', async () => {
    bury(canvas);
    manager.kernelHas = ['c1'];
    await fetchCanvases(manager, ['c1'], kernel, null);
    const model = await liveModel(manager, 'c1');
    expect(model).not.toBe(canvas);
    expect(await manager.get_model('c1-toolbar')).toBe(model?.get('toolbar'));
    expect(manager.fetches).toBe(1);
  });

  it('are not fetched when the kernel does not have them', async () => {
    bury(canvas);
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
});

describe('an output of ipywidgets', () => {
  const bundle = output({ id: 'c1' });
  let manager: FakeManager;
  let renderer: FakeRenderer;

  beforeEach(() => {
    manager = new FakeManager();
    renderer = new FakeRenderer(manager);
  });

  it('is loading, then an error or a model', async () => {
    expect(shownBy(renderer)).toBe('loading');
    await renderer.renderModel(bundle);
    expect(shownBy(renderer)).toBe('error');
    const canvas = fakeCanvas('c1');
    manager.register(canvas);
    await drawAgain(renderer, bundle);
    expect(shownBy(renderer)).toBe(canvas);
    expect(renderer.hasClass('jupyter-widgets')).toBe(false);
  });

  it('is drawn again without being taken for closed, and without what was there', async () => {
    manager.register(fakeCanvas('c1'));
    await renderer.renderModel(bundle);
    const [before] = renderer.widgets;
    const canvas = fakeCanvas('c1');
    manager.register(canvas);
    await drawAgain(renderer, bundle);
    expect(before.isDisposed).toBe(true);
    expect(renderer.isHidden).toBe(false);
    expect(renderer.widgets).toHaveLength(1);
    expect(shownBy(renderer)).toBe(canvas);
  });

  it('is emptied of a view and of an error, without being taken for closed', async () => {
    await renderer.renderModel(bundle);
    empty(renderer);
    expect([renderer.node.textContent, shownBy(renderer)]).toEqual([
      '',
      'loading'
    ]);
    manager.register(fakeCanvas('c1'));
    await renderer.renderModel(bundle);
    const [view] = renderer.widgets;
    empty(renderer);
    expect([view.isDisposed, renderer.isHidden]).toEqual([true, false]);
    expect(renderer.node.childNodes).toHaveLength(0);
  });

  it('has its model forget the errors in place of its views, and no view', async () => {
    const canvas = fakeCanvas('c1');
    const view = Promise.resolve({ model: canvas });
    canvas.views = {
      view,
      error: Promise.resolve({ model: {} }),
      broken: Promise.reject(new Error('no view'))
    };
    await forgetErrors(canvas);
    expect(Object.keys(canvas.views)).toEqual(['view', 'broken']);
  });

  it('is an error when its view could not be made', async () => {
    // ipywidgets makes a model of its own for that, which has no id.
    const model = {
      comm_live: true,
      get: (name: string) => name === '_view_name' && 'ErrorWidgetView'
    };
    renderer.addWidget(new FakeView({ model: model as never }));
    expect(shownBy(renderer)).toBe('error');
  });

  it('is unknown when it was closed, or is not as expected', async () => {
    renderer.addWidget(new FakeView(null));
    expect(shownBy(renderer)).toBe('unknown');
    renderer.widgets[0].dispose();
    renderer.hide();
    expect(shownBy(renderer)).toBe('unknown');
  });

  it('tells its manager, where it has one', async () => {
    expect(await managerOf(renderer)).toBe(manager);
    expect(managerOf({} as FakeRenderer)).toBeNull();
  });
});
