import { Notification } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { MessageLoop } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import { Title, Widget } from '@lumino/widgets';

import { addPanelCommands } from '../../panel/actions/commands';
import { PanelCommandIDs } from '../../panel/actions/ids';
import { PanelModel } from '../../panel/panelModel';
import { PlotsPanel } from '../../panel/plotsPanel';
import type { IOutcome, IPlotModels } from '../../tokens';
import { addCommands } from '../../ui/commands';
import { idle } from '../support/fakeServer';
import { FollowedKernel } from '../support/followedKernel';
import { figures, plotState, restore } from '../support/plotStates';

describe('PlotsPanel', () => {
  const trans = nullTranslator.load('jupyter_mpl_guard');
  let kernel: FollowedKernel;
  let commands: CommandRegistry;
  let current: NotebookPanel | null;
  let model: PanelModel;
  let widget: PlotsPanel;
  let opened: string[];
  let others: NotebookPanel[];
  let activated: string[];

  /** A notebook without outputs. */
  function notebook(path = 'a.ipynb', cells = ['c1', 'c2']): NotebookPanel {
    const shape = {
      content: {
        deselectAll: () => undefined,
        model: { cells: { changed: new Signal({}) } },
        modelChanged: new Signal({}),
        rendermime: { mimeTypes: [] },
        scrollToCell: () => Promise.resolve(),
        widgets: cells.map(id => ({
          addClass: () => undefined,
          model: { id, type: 'raw' },
          removeClass: () => undefined
        }))
      },
      context: { path },
      disposed: new Signal({}),
      id: path,
      sessionContext: kernel,
      title: new Title({ owner: {}, label: path })
    };
    return shape as object as NotebookPanel;
  }

  beforeEach(() => {
    kernel = new FollowedKernel();
    current = notebook();
    opened = [];
    others = [];
    activated = [];
    const tracker = {
      currentChanged: new Signal({}),
      find: (isWanted: (panel: NotebookPanel) => boolean) =>
        [...(current ? [current] : []), ...others].find(isWanted),
      get currentWidget() {
        return current;
      }
    };
    const models: IPlotModels = {
      panels: tracker as never,
      preferences: kernel.preferences,
      changed: new Signal<IPlotModels, void>({} as IPlotModels),
      outcome: new Signal<IPlotModels, IOutcome>({} as IPlotModels),
      of: () => kernel.model,
      find: () => kernel.model,
      touch: () => undefined
    };
    const common = {
      explain: String,
      models,
      serverSettings: kernel.server.settings,
      shell: {
        activateById: (id: string) => activated.push(id),
        widgets: () => []
      } as never
    };
    model = new PanelModel(common);
    commands = new CommandRegistry();
    addCommands(commands, models, trans);
    addPanelCommands(commands, {
      ...common,
      exporter: {} as never,
      model,
      openFigure: (_, { id }) => opened.push(id),
      trans
    });
    widget = new PlotsPanel(model, commands, trans);
    widget.hide();
    Widget.attach(widget, document.body);
  });

  afterEach(() => {
    widget.dispose();
    kernel.model.dispose();
    Notification.manager.dismiss();
  });

  /** Wait until everything is drawn. */
  async function drawn(): Promise<HTMLElement> {
    for (let round = 0; round < 3; round++) {
      await new Promise(resolve => requestAnimationFrame(resolve));
      MessageLoop.flush();
      await idle();
    }
    return widget.node;
  }

  const cards = (node: HTMLElement) => [
    ...node.querySelectorAll<HTMLElement>('[role=option]')
  ];

  it('does nothing while it is not visible', async () => {
    await kernel.known(plotState({ figures: figures(3) }));
    kernel.publish(plotState({ figures: figures(2) }));
    const node = await drawn();
    expect(model.figures).toBeNull();
    expect(node.textContent).toBe('');
    expect(kernel.server.log).toEqual([]);
    widget.show();
    await drawn();
    widget.hide();
    expect(model.figures).toBeNull();
  });

  it('shows a card for each figure, with what is known of it', async () => {
    const near = jest
      .spyOn(globalThis, 'IntersectionObserver')
      .mockImplementation(((onChange: IntersectionObserverCallback) => ({
        disconnect: () => undefined,
        observe: (target: Element) =>
          onChange(
            target.matches('[data-figure=f1]')
              ? [{ target, isIntersecting: true } as never]
              : [],
            {} as never
          ),
        unobserve: () => undefined
      })) as never);
    const [one, two] = figures(2);
    await kernel.known(
      plotState({
        figures: [
          { ...one, cell: 'c2', state: 'live', names: ['fig', 'ax'] },
          { ...two, cell: 'c1', state: 'unsaved', why: 'It is too large.' }
        ]
      })
    );
    widget.show();
    const shown = cards(await drawn());
    expect(shown.map(({ dataset }) => [dataset.figure, dataset.state])).toEqual(
      [
        ['f1', 'unsaved'],
        ['f0', 'live']
      ]
    );
    await idle();
    expect(shown[0].textContent).toContain('It is too large.');
    // What is not near has no content yet, but is there for assistive technology.
    expect(shown[1].textContent).toBe('');
    near.mockRestore();
    expect(shown[1].getAttribute('aria-label')).toBe(
      'Figure 1, fig, ax, live, 1 kB'
    );
    const heading = widget.node.querySelector('h2')!;
    expect(heading.textContent).toBe('a.ipynb');
    current!.title.label = heading.textContent!.replace('a', 'b');
    await drawn();
    expect(heading.textContent).toBe('b.ipynb');
  });

  it('is one stop of the Tab key, and has the arrow keys inside', async () => {
    await kernel.known(plotState({ figures: figures(3) }));
    widget.show();
    const shown = cards(await drawn());
    const stops = () => shown.map(({ tabIndex }) => tabIndex);
    const press = async (key: string) => {
      document.activeElement!.dispatchEvent(
        new KeyboardEvent('keydown', { key, bubbles: true })
      );
      await drawn();
    };
    expect(stops()).toEqual([0, -1, -1]);
    shown[0].focus();
    await press('ArrowRight');
    expect(stops()).toEqual([-1, 0, -1]);
    expect(document.activeElement).toBe(shown[1]);
    await press('End');
    expect(document.activeElement).toBe(shown[2]);
    await press('ArrowRight');
    expect(document.activeElement).toBe(shown[2]);
    await press('Home');
    expect(document.activeElement).toBe(shown[0]);
    shown[1].dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    await idle();
    expect(opened).toEqual(['f0']);
  });

  it.each([
    ['unsupported', 'Not a Python kernel'],
    ['absent', 'Matplotlib is not in use'],
    ['paused', 'paused'],
    ['live', 'No figures yet']
  ] as const)('says why there are no figures: %s', async (status, text) => {
    const backend = status === 'live' ? 'inline' : null;
    await kernel.known(plotState({ status, backend }));
    widget.show();
    expect((await drawn()).textContent).toContain(text);
  });

  it('says that there is no notebook, and no kernel', async () => {
    widget.show();
    expect((await drawn()).textContent).toContain('has no kernel');
    widget.hide();
    current = null;
    widget.show();
    expect((await drawn()).textContent).toContain('No notebook is open');
  });

  it('restores a single figure, and asks before it dismisses one', async () => {
    const [figure] = figures(1);
    const offered = plotState({
      status: 'offered',
      figures: [{ ...figure, open: false, state: 'offered' }]
    });
    await kernel.known(offered);
    widget.show();
    const node = await drawn();
    const button = (id: string) =>
      node.querySelector<HTMLElement>(`[data-command="${id}"]`)!;
    button(PanelCommandIDs.restore).click();
    await idle();
    expect(kernel.server.last.body).toEqual({
      kernel_id: 'k1',
      figures: ['f0']
    });
    await kernel.server.last.answer(
      plotState({ figures: [{ ...figure, state: 'live' }] })
    );
    // What is said is about this figure, whatever the state of the kernel is called.
    expect(
      Notification.manager.notifications.map(each => each.message)
    ).toEqual(['Restored: figure 1 (fig).']);
    kernel.publish(offered);
    await drawn();
    button(PanelCommandIDs.dismiss).click();
    await idle();
    const requests = kernel.server.log.length;
    document.querySelector<HTMLElement>('.jp-Dialog .jp-mod-accept')!.click();
    await idle();
    expect(kernel.server.log.slice(requests)).toEqual([
      'DELETE /base/mpl-guard/kernels/k1/figures/f0'
    ]);
  });

  it('goes to the cell of a figure in another notebook of the same kernel', async () => {
    const [one, two] = figures(2);
    others = [notebook('b.ipynb', ['c3'])];
    await kernel.known(
      plotState({
        figures: [
          { ...one, cell: 'c3' },
          { ...two, cell: 'closed' }
        ]
      })
    );
    widget.show();
    const [card] = cards(await drawn());
    card.focus();
    card.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Enter', bubbles: true })
    );
    await idle();
    expect(activated).toEqual(['b.ipynb']);
    const isEnabled = (figure: string) =>
      commands.isEnabled(PanelCommandIDs.goToCell, { figure });
    expect(['f0', 'f1'].map(isEnabled)).toEqual([true, false]);
  });

  it('names what did not come back, and what is set', async () => {
    await kernel.known(
      plotState({
        status: 'partial',
        rc_params: { 'figure.dpi': 150 },
        last_restore: restore({
          missing: [{ what: 'handler of fig', why: 'it is of a user' }]
        })
      })
    );
    widget.show();
    const node = await drawn();
    const missing = node.querySelector('[data-section=missing]')!;
    expect(missing.textContent).toContain('handler of fig');
    const settings = node.querySelector('[data-section=settings]')!;
    expect(settings.textContent).not.toContain('figure.dpi');
    settings.querySelector('button')!.click();
    await drawn();
    expect(settings.textContent).toContain('figure.dpi150');
  });

  it('says who has chosen the backend, and what the defaults are', async () => {
    const rc_params = { 'figure.dpi': 150 };
    await kernel.known(plotState({ rc_params }));
    kernel.status('idle');
    widget.show();
    const node = await drawn();
    const settings = node.querySelector('[data-section=settings]')!;
    expect(kernel.server.log).toEqual([]);
    settings.querySelector('button')!.click();
    await drawn();
    const path = 'GET /base/mpl-guard/kernels/k1/backends';
    expect(kernel.server.log).toEqual([path]);
    await kernel.server.last.answer({
      backends: [
        { name: 'inline', usable: true, why: '' },
        { name: 'tk', usable: false, why: 'there is no display.' }
      ],
      origin: 'A cell has chosen it.',
      defaults: { 'figure.dpi': 100 }
    });
    await drawn();
    expect(settings.textContent).toContain('A cell has chosen it.');
    expect(settings.textContent).toContain('figure.dpi150default: 100');
    const tk = settings.querySelector<HTMLOptionElement>('[value=tk]')!;
    expect([tk.disabled, tk.textContent]).toEqual([
      true,
      'tk (there is no display)'
    ]);

    // JupyterLab hides everything for a moment when the theme changes.
    widget.hide();
    widget.show();
    await drawn();
    expect(settings.textContent).toContain('A cell has chosen it.');
    expect(kernel.server.log).toHaveLength(1);

    // A cell that changes nothing of it is no reason to ask again; one that does is.
    kernel.status('busy');
    kernel.status('idle');
    await drawn();
    expect(kernel.server.log).toHaveLength(1);
    kernel.publish(
      plotState({
        rc_params: { 'axes.grid': true, 'legend.facecolor': [1, null] }
      })
    );
    await drawn();
    expect(settings.textContent).toContain('axes.gridTrue');
    expect(settings.textContent).toContain('legend.facecolor[1, None]');
    expect(kernel.server.log).toEqual([path, path]);
    expect(settings.textContent).toContain('A cell has chosen it.');
  });

  it('asks about the settings as soon as the kernel is idle', async () => {
    await kernel.known(plotState());
    kernel.status('busy');
    widget.show();
    const node = await drawn();
    node
      .querySelector('[data-section=settings]')!
      .querySelector('button')!
      .click();
    await drawn();
    expect(kernel.server.log).toEqual([]);
    kernel.status('idle');
    await drawn();
    expect(kernel.server.log).toHaveLength(1);
    // Somebody else may have been faster: the next time that it is idle counts.
    await kernel.server.last.answer({ message: 'busy', checks: [] }, 202);
    await drawn();
    expect(kernel.server.log).toHaveLength(1);
    kernel.status('busy');
    kernel.status('idle');
    await drawn();
    expect(kernel.server.log).toHaveLength(1);
    kernel.status('busy');
    await drawn();
    kernel.status('idle');
    await drawn();
    expect(kernel.server.log).toHaveLength(2);
  });

  it('has the kernel look for problems when it is asked to', async () => {
    await kernel.known(plotState());
    widget.show();
    void model.check();
    await drawn();
    expect(kernel.server.log).toEqual([
      'GET /base/mpl-guard/kernels/k1/diagnosis'
    ]);
    await kernel.server.last.answer({
      checks: [
        { id: 'one', status: 'ok', sentence: 'All is well.', remedy: '' },
        {
          id: 'two',
          status: 'problem',
          sentence: 'No font.',
          remedy: 'Get it.'
        }
      ]
    });
    const problems = (await drawn()).querySelector('[data-section=problems]')!;
    expect(problems.textContent).toContain('No font.Get it.');
    expect(problems.textContent).not.toContain('All is well.');
    expect(problems.textContent).toContain('2 things were checked.');
  });
});
