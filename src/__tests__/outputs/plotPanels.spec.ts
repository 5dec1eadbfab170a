import type { NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import {
  cellsOf,
  contextOf,
  isConsole,
  onCells,
  pathOf
} from '../../outputs/plotPanel';
import { PlotPanels } from '../../outputs/plotPanels';
import type { IConsole, PlotPanel } from '../../tokens';

/** A panel that can have the focus. */
function focusable<T extends object>(shape: T): Widget & T {
  const widget = Object.assign(new Widget(), shape);
  widget.node.tabIndex = 0;
  Widget.attach(widget, document.body);
  return widget;
}

const fakeConsole = () =>
  focusable({
    console: {
      cells: Object.assign([{ model: { id: 'c1' } }], {
        changed: new Signal<object, void>({})
      }),
      promptCell: null,
      rendermime: {}
    },
    sessionContext: { path: 'console-1' }
  }) as unknown as IConsole & {
    console: { cells: { changed: Signal<object, void> } };
  };

const fakeNotebook = () =>
  focusable({ content: { widgets: [] } }) as unknown as NotebookPanel;

/** A tracker of notebooks. */
class FakeTracker {
  readonly currentChanged = new Signal<this, NotebookPanel | null>(this);
  readonly widgetAdded = new Signal<this, NotebookPanel>(this);
  currentWidget: NotebookPanel | null = null;

  forEach(use: (panel: NotebookPanel) => void): void {
    if (this.currentWidget) {
      use(this.currentWidget);
    }
  }

  open(panel: NotebookPanel | null): void {
    if (panel) {
      this.widgetAdded.emit(panel);
    }
    this.currentWidget = panel;
    this.currentChanged.emit(panel);
  }
}

describe('PlotPanels', () => {
  let tracker: FakeTracker;
  let panels: PlotPanels;
  let log: (PlotPanel | null)[];

  beforeEach(() => {
    tracker = new FakeTracker();
    tracker.currentWidget = fakeNotebook();
    panels = new PlotPanels(tracker as never);
    log = [];
    panels.currentChanged.connect((_, panel) => log.push(panel));
  });

  it('begins with the notebooks that are open', () => {
    const all: PlotPanel[] = [];
    panels.forEach(panel => all.push(panel));
    expect(all).toEqual([tracker.currentWidget]);
    expect(panels.currentWidget).toBe(tracker.currentWidget);
  });

  it('has as current what had the focus last, be it notebook or console', () => {
    const first = tracker.currentWidget!;
    const code = fakeConsole();
    panels.add(code);
    expect(panels.currentWidget).toBe(first);
    code.node.focus();
    expect(panels.currentWidget).toBe(code);
    first.node.focus();
    expect(panels.currentWidget).toBe(first);
    const other = fakeNotebook();
    tracker.open(other);
    expect(log).toEqual([code, first, other]);
  });

  it('goes on with another when the current one is closed', () => {
    const code = fakeConsole();
    panels.add(code);
    code.node.focus();
    code.dispose();
    expect(panels.currentWidget).toBe(tracker.currentWidget);
    const last = tracker.currentWidget!;
    tracker.open(null);
    expect(panels.currentWidget).toBe(last);
    last.dispose();
    expect(panels.currentWidget).toBeNull();
  });

  it('finds the current one first', () => {
    const consoles = [fakeConsole(), fakeConsole()];
    consoles.forEach(each => panels.add(each));
    expect(panels.find(isConsole)).toBe(consoles[0]);
    consoles[1].node.focus();
    expect(panels.find(isConsole)).toBe(consoles[1]);
    expect(panels.find(() => false)).toBeUndefined();
  });
});

describe('a console', () => {
  it('has cells, a path that stands for it, and a document that is never saved', () => {
    const code = fakeConsole();
    expect(cellsOf(code).map(({ model }) => model.id)).toEqual(['c1']);
    expect(pathOf(code)).toBe('console-1');
    expect(contextOf(code)).toMatchObject({ path: 'console-1', model: null });
    const ended = jest.fn();
    contextOf(code).disposed.connect(ended);
    const slot = jest.fn();
    onCells(code, slot, {});
    code.console.cells.changed.emit();
    expect(slot).toHaveBeenCalledTimes(1);
    code.dispose();
    expect(ended).toHaveBeenCalled();
  });
});
