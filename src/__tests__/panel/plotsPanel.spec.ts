import { PanelCommandIDs } from '../../panel/actions/ids';
import { CommandIDs } from '../../ui/commands';
import { idle } from '../support/fakeServer';
import { figures, plotState } from '../support/plotStates';
import { ShownPanel, bringNear } from '../support/shownPanel';

const { close, dismiss, restore } = PanelCommandIDs;

describe('PlotsPanel', () => {
  let panel: ShownPanel;

  beforeEach(() => {
    panel = new ShownPanel();
  });

  afterEach(() => {
    panel.dispose();
  });

  it('does nothing while it is not visible', async () => {
    await panel.kernel.known(plotState({ figures: figures(3) }));
    panel.kernel.publish(plotState({ figures: figures(2) }));
    const node = await panel.drawn();
    expect(panel.model.figures).toBeNull();
    expect(node.textContent).toBe('');
    expect(panel.kernel.server.log).toEqual([]);
    panel.widget.show();
    await panel.drawn();
    panel.widget.hide();
    expect(panel.model.figures).toBeNull();
  });

  it('shows a card for each figure, with what is known of it', async () => {
    const near = bringNear('[data-figure=f1]');
    const [one, two] = figures(2);
    await panel.kernel.known(
      plotState({
        figures: [
          { ...one, cell: 'c2', state: 'live', names: ['fig', 'ax'] },
          { ...two, cell: 'c1', state: 'unsaved', why: 'It is too large.' }
        ]
      })
    );
    await panel.show();
    const shown = panel.cards;
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
    const heading = panel.widget.node.querySelector('h2')!;
    expect(heading.textContent).toBe('a.ipynb');
    panel.current!.title.label = heading.textContent!.replace('a', 'b');
    await panel.drawn();
    expect(heading.textContent).toBe('b.ipynb');
  });

  it('names figures that one name leads to so that none is taken for another', async () => {
    const near = bringNear('*');
    const alike = { names: ['figs'], open: false, bytes: 0 };
    const label = 'mine';
    await panel.kernel.known(
      plotState({
        figures: [
          ...figures(3).map(each => ({ ...each, ...alike, number: 0 })),
          { ...figures(4)[3], ...alike, number: 0, label },
          { ...figures(5)[4], ...alike, number: 1 },
          { ...figures(6)[5], ...alike, number: 1 }
        ]
      })
    );
    await panel.show();
    expect(panel.cards.map(card => card.getAttribute('aria-label'))).toEqual([
      'figs, figs, saved',
      'figs, no. 2, figs, saved',
      'figs, no. 3, figs, saved',
      'mine, figs, saved',
      'Figure 1, figs, saved',
      'Figure 1, no. 2, figs, saved'
    ]);
    const lines = panel.widget.node.querySelectorAll('.jp-MplGuard-cardLine');
    expect([...lines].map(({ textContent }) => textContent)).toEqual([
      '',
      'no. 2',
      'no. 3',
      'mine',
      'Figure 1',
      'Figure 1 · no. 2'
    ]);
    near.mockRestore();
  });

  it('says that there is no picture of a figure once that is known', async () => {
    const near = bringNear('*');
    await panel.kernel.known(plotState({ figures: figures(1) }));
    await panel.show();
    expect(panel.cards[0].textContent).toContain('Looking…');
    await panel.kernel.server.last.answer('', 204);
    await panel.drawn();
    expect(panel.cards[0].textContent).toContain('No picture');
    near.mockRestore();
  });

  it('is one stop of the Tab key, and has the arrow keys inside', async () => {
    await panel.kernel.known(plotState({ figures: figures(3) }));
    await panel.show();
    const shown = panel.cards;
    const stops = () => shown.map(({ tabIndex }) => tabIndex);
    expect(stops()).toEqual([0, -1, -1]);
    shown[0].focus();
    await panel.press('ArrowRight');
    expect(stops()).toEqual([-1, 0, -1]);
    expect(document.activeElement).toBe(shown[1]);
    await panel.press('End');
    expect(document.activeElement).toBe(shown[2]);
    await panel.press('ArrowRight');
    expect(document.activeElement).toBe(shown[2]);
    await panel.press('Home');
    expect(document.activeElement).toBe(shown[0]);
    shown[1].dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    await idle();
    expect(panel.opened).toEqual(['f0']);
  });

  it.each([
    ['unsupported', 'Not a Python kernel'],
    ['absent', 'Matplotlib is not in use'],
    ['paused', 'paused'],
    ['pending', 'Restoring…'],
    ['error', 'No figures can be shown'],
    ['live', 'No figures yet'],
    ['restored', 'No figures yet'],
    ['partial', 'No figures yet']
  ] as const)('says why there are no figures: %s', async (status, text) => {
    const backend = status === 'live' ? 'inline' : null;
    await panel.kernel.known(plotState({ status, backend }));
    expect((await panel.show()).textContent).toContain(text);
  });

  it.each([
    ['live', []],
    ['restored', []],
    ['partial', []],
    ['pending', []],
    ['offered', [CommandIDs.restoreFigures, CommandIDs.dismissFigures]],
    ['paused', [CommandIDs.toggle]],
    ['error', [CommandIDs.reinit]]
  ] as const)(
    'has what helps for all figures in words: %s',
    async (status, commands) => {
      const [figure] = figures(1);
      await panel.kernel.known(
        plotState({ status, figures: [{ ...figure, state: 'offered' }] })
      );
      const node = await panel.show();
      const words = [
        ...node.querySelectorAll<HTMLElement>('.jp-MplGuard-button')
      ].map(({ dataset }) => dataset.command);
      expect(words.filter(Boolean)).toEqual(commands);
      const head = node.querySelector<HTMLElement>('header')!;
      expect(head.dataset.status).toBe(status);
      expect(head.querySelector('p')!.textContent).toMatch(/\.$/);
    }
  );

  it.each([
    ['live', [close]],
    ['saved', []],
    ['unsaved', [close]],
    ['offered', [restore, dismiss]],
    ['lost', [restore, dismiss]]
  ] as const)(
    'has what can be done with a figure: %s',
    async (state, commands) => {
      const [figure] = figures(1);
      const why = state === 'lost' ? 'Its file is gone.' : '';
      await panel.kernel.known(
        plotState({ figures: [{ ...figure, cell: 'c1', state, why }] })
      );
      await panel.show();
      const shown = Object.values(PanelCommandIDs).filter(id =>
        panel.button(id)
      );
      const { copy, goToCell, open, save, saveAll } = PanelCommandIDs;
      expect(new Set(shown)).toEqual(
        new Set([goToCell, open, copy, save, saveAll, ...commands])
      );
      expect(panel.cards[0].dataset.state).toBe(state);
      expect(panel.cards[0].getAttribute('aria-label')).toContain(why);
    }
  );

  it.each([
    ['live', 'paused', CommandIDs.toggle, 'Switch on'],
    ['paused', 'live', CommandIDs.toggle, ''],
    ['error', 'live', CommandIDs.reinit, ''],
    ['offered', 'restored', CommandIDs.restoreFigures, null],
    ['offered', 'restored', PanelCommandIDs.restore, null]
  ] as const)(
    'keeps the focus when its button goes: from %s to %s by %s',
    async (status, next, command, counterpart) => {
      const [figure] = figures(1);
      const state = status === 'offered' ? 'offered' : 'live';
      await panel.kernel.known(
        plotState({ status, figures: [{ ...figure, state }] })
      );
      await panel.show();
      const words = `.jp-MplGuard-button[data-command="${command}"]`;
      const button =
        panel.widget.node.querySelector<HTMLElement>(words) ??
        panel.button(command)!;
      button.focus();
      button.click();
      await panel.drawn();
      await panel.kernel.server.last.answer(
        plotState({ status: next, figures: [{ ...figure, state: 'live' }] })
      );
      await panel.drawn();
      const focused = document.activeElement as HTMLElement;
      expect(button.isConnected).toBe(false);
      if (counterpart === null) {
        expect(focused).toBe(panel.cards[0]);
      } else {
        expect(focused.dataset.command).toBe(command);
        expect(focused.textContent).toBe(counterpart);
      }
    }
  );

  it('says that there is no notebook, and no kernel', async () => {
    expect((await panel.show()).textContent).toContain('has no kernel');
    panel.widget.hide();
    panel.current = null;
    expect((await panel.show()).textContent).toContain('No notebook is open');
  });
});
