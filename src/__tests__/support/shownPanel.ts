/**
 * The panel as JupyterLab shows it, over a stand-in for a kernel.
 */
import type { NotebookPanel } from '@jupyterlab/notebook';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { MessageLoop } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import { Title, Widget } from '@lumino/widgets';

import { addPanelCommands } from '../../panel/actions/commands';
import { Exporter } from '../../panel/actions/exporter';
import { addShowCommand } from '../../panel/actions/showCommand';
import { PanelModel } from '../../panel/panelModel';
import { PlotsPanel } from '../../panel/plotsPanel';
import type { IOutcome, IPlotModels } from '../../tokens';
import { addCommands } from '../../ui/commands';
import { idle } from './fakeServer';
import { FollowedKernel } from './followedKernel';

/** A panel that is hidden at first, beside one notebook without outputs. */
export class ShownPanel {
  /** Attach the panel to the page. */
  constructor() {
    const { kernel, scrolledTo, shell } = this;
    // jsdom does not lay out pages, and has nothing to scroll.
    Element.prototype.scrollIntoView = function () {
      scrolledTo.push((this as HTMLElement).dataset.section ?? '');
    };
    const trans = nullTranslator.load('jupyter_mpl_guard');
    const all = () => [...(this.current ? [this.current] : []), ...this.others];
    const current = () => this.current;
    const models: IPlotModels = {
      panels: {
        currentChanged: new Signal({}),
        find: (isWanted: (panel: NotebookPanel) => boolean) =>
          all().find(isWanted),
        get currentWidget() {
          return current();
        }
      } as never,
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
      shell: shell as never
    };
    this.model = new PanelModel(common);
    addCommands(this.commands, models, trans);
    addPanelCommands(this.commands, {
      ...common,
      exporter: new Exporter({
        serverSettings: common.serverSettings,
        srcOf: () => '',
        trans
      }),
      model: this.model,
      openFigure: (_, { id }) => this.opened.push(id),
      trans
    });
    this.widget = new PlotsPanel(this.model, this.commands, trans);
    addShowCommand(this.commands, shell as never, this.widget, trans);
    this.widget.hide();
    Widget.attach(this.widget, document.body);
  }

  /** The kernel of all notebooks. */
  readonly kernel = new FollowedKernel();

  /** The commands of the page. */
  readonly commands = new CommandRegistry();

  /** The ids of the figures that were opened in tabs. */
  readonly opened: string[] = [];

  /** The ids of the widgets that were activated. */
  readonly activated: string[] = [];

  /** The cells that were inserted into notebooks. */
  readonly inserted: object[] = [];

  /** The sections that were scrolled to. */
  readonly scrolledTo: string[] = [];

  /** The notebook in front. */
  current: NotebookPanel | null = this.notebook();

  /** The other notebooks that are open. */
  others: NotebookPanel[] = [];

  /** The state of the panel. */
  readonly model: PanelModel;

  /** The panel itself. */
  readonly widget: PlotsPanel;

  /** The cards of the figures. */
  get cards(): HTMLElement[] {
    return [...this.widget.node.querySelectorAll<HTMLElement>('[role=option]')];
  }

  /** The button of a command. */
  button(command: string): HTMLButtonElement | null {
    return this.widget.node.querySelector(`[data-command="${command}"]`);
  }

  /** A section. */
  section(name: string): HTMLElement | null {
    return this.widget.node.querySelector(`[data-section=${name}]`);
  }

  /** Make a notebook without outputs. */
  notebook(path = 'a.ipynb', cells = ['c1', 'c2']): NotebookPanel {
    const shape = {
      content: {
        activeCellIndex: 0,
        deselectAll: () => undefined,
        model: {
          cells: { changed: new Signal({}) },
          sharedModel: {
            insertCell: (index: number, cell: object) => {
              this.inserted.push({ index, ...cell });
              return { id: 'new' };
            }
          }
        },
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
      sessionContext: this.kernel,
      title: new Title({ owner: {}, label: path })
    };
    return shape as object as NotebookPanel;
  }

  /** Show the panel, and wait until it is drawn. */
  async show(): Promise<HTMLElement> {
    this.widget.show();
    return this.drawn();
  }

  /** Wait until everything is drawn. */
  async drawn(): Promise<HTMLElement> {
    for (let round = 0; round < 3; round++) {
      await new Promise(resolve => requestAnimationFrame(resolve));
      MessageLoop.flush();
      await idle();
    }
    return this.widget.node;
  }

  /** Press a key where the keyboard focus is. */
  async press(key: string): Promise<void> {
    document.activeElement!.dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true })
    );
    await this.drawn();
  }

  /** Take the panel away. */
  dispose(): void {
    this.widget.dispose();
    this.kernel.model.dispose();
  }

  /** The shell in which the notebooks are. */
  readonly shell = {
    activateById: (id: string) => this.activated.push(id),
    widgets: () => []
  };
}

/** Have elements that match a selector observed as visible from here on, and no others. */
export function bringNear(selector: string): jest.SpyInstance {
  return jest.spyOn(globalThis, 'IntersectionObserver').mockImplementation(((
    onChange: IntersectionObserverCallback
  ) => ({
    disconnect: () => undefined,
    observe: (target: Element) =>
      onChange(
        target.matches(selector)
          ? [{ target, isIntersecting: true } as never]
          : [],
        {} as never
      ),
    unobserve: () => undefined
  })) as never);
}
