import type { JupyterFrontEnd } from '@jupyterlab/application';
import { OutputArea, OutputAreaModel } from '@jupyterlab/outputarea';
import {
  RenderMimeRegistry,
  standardRendererFactories
} from '@jupyterlab/rendermime';
import { CommHandler } from '@jupyterlab/services/lib/kernel/comm';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { Panel, Widget } from '@lumino/widgets';

import {
  discardComm,
  focusCell,
  forgetSubshell,
  imageIn,
  layoutModifiedOf,
  outputAreasIn,
  outputViewsIn,
  rendererIn,
  suppressShortcuts
} from '../../internals/jupyterlab';

/** An output area of JupyterLab with one output of text. */
function outputArea(): OutputArea {
  return new OutputArea({
    model: new OutputAreaModel({
      values: [
        {
          output_type: 'display_data',
          data: { 'text/plain': 'x' },
          metadata: {}
        }
      ]
    }),
    rendermime: new RenderMimeRegistry({
      initialFactories: standardRendererFactories
    })
  });
}

let widgets: Widget[] = [];

/** Have a widget disposed of after the test. */
function own<T extends Widget>(widget: T): T {
  widgets.push(widget);
  return widget;
}

afterEach(() => {
  widgets.forEach(widget => widget.dispose());
  widgets = [];
});

/** A shell with some widgets in its main area. */
function shell(...widgets: Widget[]): JupyterFrontEnd.IShell {
  return {
    widgets: () => widgets[Symbol.iterator]()
  } as Partial<JupyterFrontEnd.IShell> as JupyterFrontEnd.IShell;
}

describe('a name of JupyterLab', () => {
  describe('renderModel and mimeType', () => {
    it('are those of its renderers', () => {
      const [item] = own(outputArea()).widgets;
      expect(rendererIn(item)?.mimeType).toBe('text/plain');
    });

    it.each([
      ['renderModel', { mimeType: 'text/plain' }],
      ['mimeType', { renderModel: () => undefined }]
    ])('without %s, nothing is known to draw an output', (_, names) => {
      const item = own(new Panel());
      item.addWidget(Object.assign(new Widget(), names));
      expect(rendererIn(item)).toBeNull();
      expect(rendererIn(own(new Widget()))).toBeNull();
    });
  });

  describe('outputTracker and rendermime', () => {
    it('are those of its output areas, at any depth', () => {
      const [outer, inner] = [own(new Panel()), own(new Panel())];
      const area = own(outputArea());
      outer.addWidget(inner);
      inner.addWidget(area);
      expect([...outputAreasIn(outer)]).toEqual([area]);
    });

    it.each(['outputTracker', 'rendermime'])(
      'without %s, an output area is not found',
      name => {
        const [panel, area] = [own(new Panel()), own(new Widget())];
        const names = { outputTracker: {}, rendermime: {}, [name]: undefined };
        Object.assign(area, names);
        Reflect.deleteProperty(area, name);
        panel.addWidget(area);
        expect([...outputAreasIn(panel)]).toEqual([]);
      }
    );
  });

  it('LinkedOutputView-: without it, a view is not found', () => {
    const [frame, framed, view, other] = [
      own(new Panel()),
      own(new Widget()),
      own(new Widget()),
      own(new Widget())
    ];
    frame.addWidget(framed);
    framed.id = 'LinkedOutputView-1';
    view.id = 'LinkedOutputView-2';
    other.id = 'View-3';
    expect([...outputViewsIn(shell(frame, view, other))]).toEqual([
      framed,
      view
    ]);
  });

  it('layoutModified: without it, there is no signal', () => {
    const layoutModified = new Signal<object, void>({});
    expect(layoutModifiedOf(Object.assign(shell(), { layoutModified }))).toBe(
      layoutModified
    );
    expect(layoutModifiedOf(shell())).toBeNull();
  });

  it('img: without it, there is no image', async () => {
    const rendermime = new RenderMimeRegistry({
      initialFactories: standardRendererFactories
    });
    const renderer = own(rendermime.createRenderer('image/png'));
    expect(imageIn(renderer)).toBeNull();
    await renderer.renderModel(
      rendermime.createModel({ data: { 'image/png': 'iVBORw0KGgo=' } })
    );
    expect(imageIn(renderer)?.tagName).toBe('IMG');
  });

  it('jp-Cell: without it, the focus stays', () => {
    const cell = document.createElement('div');
    const node = cell.appendChild(document.createElement('div'));
    cell.tabIndex = -1;
    document.body.append(cell);
    focusCell(node);
    expect(document.activeElement).toBe(document.body);
    cell.className = 'jp-Cell';
    focusCell(node);
    expect(document.activeElement).toBe(cell);
    cell.remove();
  });

  it('data-lm-suppress-shortcuts: without it, a key is a shortcut', () => {
    const commands = new CommandRegistry();
    const execute = jest.fn();
    commands.addCommand('edit', { describedBy: { args: {} }, execute });
    commands.addKeyBinding({
      command: 'edit',
      keys: ['Enter'],
      selector: 'body'
    });
    const button = document.body.appendChild(document.createElement('button'));
    const press = () => {
      const event = new KeyboardEvent('keydown', {
        keyCode: 13,
        bubbles: true
      });
      document.addEventListener('keydown', handle);
      button.dispatchEvent(event);
      document.removeEventListener('keydown', handle);
    };
    const handle = (event: KeyboardEvent) =>
      commands.processKeydownEvent(event);
    press();
    expect(execute).toHaveBeenCalledTimes(1);
    suppressShortcuts(button);
    press();
    expect(execute).toHaveBeenCalledTimes(1);
    button.remove();
  });

  it('_cleanSubshells is a method of its comms; without it, nothing happens', () => {
    expect(CommHandler.prototype).toHaveProperty('_cleanSubshells');
    const comm = { _cleanSubshells: jest.fn() };
    forgetSubshell({});
    forgetSubshell(comm);
    expect(comm._cleanSubshells).toHaveBeenCalledTimes(1);
  });

  it('_comms holds those of a kernel by their ids; without it, nothing happens', () => {
    const comm = { dispose: jest.fn() };
    discardComm({}, 'c1');
    discardComm({ _comms: new Map([['c2', comm]]) }, 'c1');
    expect(comm.dispose).not.toHaveBeenCalled();
    discardComm({ _comms: new Map([['c1', comm]]) }, 'c1');
    expect(comm.dispose).toHaveBeenCalledTimes(1);
  });
});
