import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import {
  childrenOf,
  classOf,
  fetchModels,
  forgetErrorViews,
  forgetSubshell,
  isModel,
  isRestored,
  onRestored,
  release,
  removeViews,
  unregister
} from '../../internals/ipywidgets';
import {
  drawsWidgets,
  empty,
  managerOf,
  redraw,
  shownBy
} from '../../internals/widgetOutputs';
import { output } from '../support/fakeOutputs';
import {
  FakeManager,
  FakeRenderer,
  FakeView,
  FakeWidget,
  fakeBox,
  fakeCanvas
} from '../support/fakeWidgets';

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
    await redraw(renderer, bundle);
    expect(shownBy(renderer)).toBe(canvas);
    expect(renderer.hasClass('jupyter-widgets')).toBe(false);
  });

  it('is drawn again without being taken for closed, and without what was there', async () => {
    manager.register(fakeCanvas('c1'));
    await renderer.renderModel(bundle);
    const [before] = renderer.widgets;
    const canvas = fakeCanvas('c1');
    manager.register(canvas);
    await redraw(renderer, bundle);
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
    await forgetErrorViews(canvas);
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

/** A copy of something, in which a name is gone. */
function without<T extends object>(value: T, name: keyof T): T {
  return Object.create(value, { [name]: { value: undefined, writable: true } });
}

describe('a name of ipywidgets', () => {
  let manager: FakeManager;
  let canvas: FakeWidget;
  let renderer: FakeRenderer;

  beforeEach(async () => {
    manager = new FakeManager();
    canvas = fakeCanvas('c1');
    manager.register(canvas);
    renderer = new FakeRenderer(manager);
    await renderer.renderModel(output({ id: 'c1' }));
  });

  it.each(['comm_live', 'model_id', 'trigger'] as const)(
    '%s of a model: without it, the output is not known',
    name => {
      expect(isModel(canvas)).toBe(true);
      expect(isModel(without(canvas, name))).toBe(false);
      const [view] = renderer.widgets as FakeView[];
      Object.assign(view, { _view: { model: without(canvas, name) } });
      expect(shownBy(renderer)).toBe('unknown');
    }
  );

  it('_model_name: without it, a model has no class', () => {
    expect(classOf(canvas)).toBe('MPLCanvasModel');
    expect(classOf(new FakeWidget('x'))).toBe('');
  });

  it('children: without it, a container has none', () => {
    expect(childrenOf(fakeBox('box', [canvas]))).toEqual([canvas]);
    expect(childrenOf(canvas)).toEqual([]);
  });

  it('widgets: without it, a renderer draws no widgets', () => {
    expect(drawsWidgets(renderer)).toBe(true);
    expect(drawsWidgets(without(renderer, 'widgets'))).toBe(false);
  });

  it('_view: without it, what is shown is not known', () => {
    expect(shownBy(renderer)).toBe(canvas);
    Object.assign(renderer.widgets[0], { _view: undefined });
    expect(shownBy(renderer)).toBe('unknown');
  });

  it('jupyter-widgets: without it, an error is taken for loading', async () => {
    await redraw(renderer, output({ id: 'none' }));
    expect(shownBy(renderer)).toBe('error');
    renderer.removeClass('jupyter-widgets');
    expect(shownBy(renderer)).toBe('loading');
  });

  it('ErrorWidgetView: without it, what is in place of a view is not known', () => {
    const show = (name: string) => {
      const model = { get: () => name };
      Object.assign(renderer.widgets[0], { _view: { model } });
      return shownBy(renderer);
    };
    expect(show('ErrorWidgetView')).toBe('error');
    expect(show('AnotherView')).toBe('unknown');
  });

  it('_manager: without it, there is no manager', async () => {
    expect(await managerOf(renderer)).toBe(manager);
    expect(managerOf(without(renderer, '_manager'))).toBeNull();
  });

  it('restoredStatus: without it, nothing is waited for', () => {
    manager.restoredStatus = false;
    expect(isRestored(manager)).toBe(false);
    expect(isRestored(without(manager, 'restoredStatus'))).toBe(true);
  });

  it('restored: without it, nothing is called', () => {
    const slot = jest.fn();
    onRestored(without(manager, 'restored'), slot, {});
    manager.restored.emit();
    expect(slot).not.toHaveBeenCalled();
    const owner = {};
    onRestored(manager, slot, owner);
    manager.restored.emit();
    Signal.clearData(owner);
    manager.restored.emit();
    expect(slot).toHaveBeenCalledTimes(1);
  });

  it('restoreWidgets: without it, nothing is fetched', async () => {
    await fetchModels(without(manager, 'restoreWidgets'), null);
    expect(manager.fetches).toBe(0);
    await fetchModels(manager, null);
    expect(manager.fetches).toBe(1);
  });

  it('comm:close: without it, a dead model stays', () => {
    const onClose = jest.spyOn(canvas, 'onClose').mockReturnValue(undefined);
    unregister(canvas);
    expect(onClose).toHaveBeenCalled();
    expect(manager.has_model('c1')).toBe(true);
    onClose.mockRestore();
    unregister(canvas);
    expect(manager.has_model('c1')).toBe(false);
  });

  it('views: without it, no view is removed or forgotten', async () => {
    expect(canvas.views).toBeUndefined();
    await removeViews(canvas, fakeBox('box', [canvas]));
    await forgetErrorViews(canvas);
  });

  it.each(['options', 'luminoWidget'] as const)(
    '%s of a view: without it, the view stays, and those that have it go',
    async name => {
      const box = fakeBox('box', [canvas]);
      const view = () => ({
        luminoWidget: new Widget(),
        options: { parent: { model: box } }
      });
      const [odd, usual] = [view(), view()];
      canvas.views = {
        odd: Promise.resolve(without(odd, name)),
        usual: Promise.resolve(usual)
      };
      await removeViews(canvas, box);
      expect(odd.luminoWidget.isDisposed).toBe(false);
      expect(usual.luminoWidget.isDisposed).toBe(true);
    }
  );

  it('comm: without it, the model lets go of everything else', () => {
    release(without(canvas, 'comm'));
    expect([...canvas.ties]).toEqual(['close', 'message']);
    release(canvas);
    expect(canvas.ties.size).toBe(0);
  });

  it('jsServicesComm: without it, the subshell is not forgotten', () => {
    const comm = { jsServicesComm: { _cleanSubshells: jest.fn() } };
    forgetSubshell(canvas);
    forgetSubshell(without(canvas, 'comm'));
    forgetSubshell(Object.assign(canvas, { comm }));
    expect(comm.jsServicesComm._cleanSubshells).toHaveBeenCalledTimes(1);
  });
});
