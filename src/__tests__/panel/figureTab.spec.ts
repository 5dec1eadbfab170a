import type { JupyterFrontEnd } from '@jupyterlab/application';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { Panel, Widget } from '@lumino/widgets';

import type { ICard } from '../../panel/cards';
import { cardsOf } from '../../panel/cards';
import { openFigure } from '../../panel/figureTab';
import { figures, plotState } from '../support/plotStates';

describe('A figure in a tab', () => {
  const trans = nullTranslator.load('jupyter_mpl_guard');
  const [card] = cardsOf(plotState({ figures: figures(1) }), 'live', {
    cells: [],
    canvases: new Map()
  });
  let known: ICard | null;
  let src: string | null;
  let main: Panel;
  let activated: string[];
  let followed: number;
  const changed = new Signal<object, void>({});
  const drawn = new Signal<object, string>({});
  const panel = {
    disposed: new Signal<object, void>({}),
    id: 'a.ipynb',
    isDisposed: false,
    sessionContext: { session: { kernel: { id: 'k1' } } }
  };

  beforeEach(() => {
    known = card;
    src = 'data:one';
    main = new Panel();
    Widget.attach(main, document.body);
    activated = [];
    followed = 0;
  });

  afterEach(() => {
    main.dispose();
  });

  const tab = () => main.widgets[0];
  const image = () => tab().node.querySelector('img')!;

  /** Open the figure, as the page does. */
  function open(): void {
    const shell = {
      activateById: (id: string) => activated.push(id),
      add: (widget: Widget) => main.addWidget(widget),
      widgets: (area: string) => (area === 'main' ? main.widgets : [])
    };
    openFigure(shell as object as JupyterFrontEnd.IShell, {
      card,
      follow: () => {
        followed += 1;
        return {
          card: () => known,
          changed,
          dispose: () => (followed -= 1),
          pictures: { ask: () => undefined, changed: drawn, get: () => src }
        } as never;
      },
      panel: panel as never,
      trans
    });
  }

  it('is named in full, and follows each redraw while it is seen', () => {
    open();
    expect(tab().title.label).toBe('Figure 1 · fig');
    expect(image().alt).toBe('Figure 1 · fig');
    expect(image().getAttribute('src')).toBe('data:one');
    src = 'data:other';
    drawn.emit('f0');
    expect(image().getAttribute('src')).toBe('data:other');
    expect(followed).toBe(1);
    tab().hide();
    expect(followed).toBe(0);
    tab().show();
    expect(followed).toBe(1);
  });

  it('has one tab, which is gone to again, and goes with its notebook', () => {
    open();
    open();
    expect(main.widgets).toHaveLength(1);
    expect(activated).toEqual([tab().id, tab().id]);
    panel.disposed.emit();
    expect(main.widgets).toEqual([]);
    expect(followed).toBe(0);
  });

  it('keeps its last picture when the kernel loses it, and says why', () => {
    open();
    const note = tab().node.querySelector('.jp-MplGuard-note')!;
    src = null;
    known = { ...card, state: 'lost', why: 'Its file is gone.' };
    changed.emit();
    expect(note.textContent).toBe('Its file is gone.');
    known = null;
    changed.emit();
    expect(note.textContent).toContain('not in the kernel any more');
    expect(image().getAttribute('src')).toBe('data:one');
  });
});
