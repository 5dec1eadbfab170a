import type { PlotState } from '../../plotState';
import { cardsOf, reused } from '../../panel/cards';
import { figures, plotState, restore } from '../support/plotStates';

const NOWHERE = { cells: [], canvases: new Map<string, string>() };

/** A plot state whose figures have some properties each. */
function withFigures(
  changes: Partial<PlotState['figures'][number]>[],
  state: Partial<PlotState> = {}
): PlotState {
  const all = figures(changes.length);
  return plotState({
    ...state,
    figures: all.map((figure, index) => ({ ...figure, ...changes[index] }))
  });
}

describe('cardsOf', () => {
  const ids = (state: PlotState, order: Parameters<typeof cardsOf>[2]) =>
    cardsOf(state, state.status, order).map(({ id }) => id);

  it('is empty without a state', () => {
    expect(cardsOf(null, null, NOWHERE)).toEqual([]);
  });

  it('follows the order of the cells, then that of the numbers', () => {
    const state = withFigures([
      { cell: 'c2', number: 7 },
      { cell: 'gone', number: 1 },
      { cell: 'c1', number: 9 },
      { cell: null, number: 0 },
      { cell: 'c2', number: 3 }
    ]);
    const cells = ['c0', 'c1', 'c2'];
    expect(ids(state, { ...NOWHERE, cells })).toEqual([
      'f2',
      'f4',
      'f0',
      'f3',
      'f1'
    ]);
  });

  it('takes the cell of a figure from its canvas, where the agent does not tell it', () => {
    const state = withFigures([{ canvas: 'm1' }, { cell: 'c1' }]);
    const canvases = new Map([['m1', 'c0']]);
    const cards = cardsOf(state, 'live', { cells: ['c0', 'c1'], canvases });
    expect(cards.map(({ cell }) => cell)).toEqual(['c0', 'c1']);
  });

  it('shows what the agent says of a figure', () => {
    const state = withFigures([
      { state: 'unsaved', why: 'It is too large.' },
      { state: 'lost', why: 'Its file is gone.', open: false }
    ]);
    expect(cardsOf(state, 'offered', NOWHERE)).toMatchObject([
      { state: 'unsaved', why: 'It is too large.' },
      { state: 'lost', why: 'Its file is gone.' }
    ]);
  });

  it.each([
    ['live', true, true, 'live', null],
    ['live', false, true, 'saved', null],
    ['live', false, false, 'unsaved', null],
    ['offered', false, true, 'offered', null],
    ['offered', true, true, 'live', null],
    ['paused', false, true, 'offered', null],
    ['paused', false, true, 'saved', restore({ restored: ['figures'] })]
  ] as const)(
    'concludes from an agent that says nothing: %s, open %s, saved %s is %s',
    (status, open, saved, expected, last_restore) => {
      const state = withFigures([{ open, saved }], { status, last_restore });
      expect(cardsOf(state, status, NOWHERE)[0].state).toBe(expected);
    }
  );
});

describe('reused', () => {
  it('keeps the cards that are as they were', () => {
    const of = (changes: Partial<PlotState['figures'][number]>[]) =>
      cardsOf(withFigures(changes), 'live', NOWHERE);
    const before = of([{ names: ['a'] }, { names: ['b'] }]);
    const after = of([{ names: ['a', 'x'] }, { names: ['b'] }, {}]);
    const cards = reused(after, before);
    expect(cards).toEqual(after);
    expect(cards.map(card => before.includes(card))).toEqual([
      false,
      true,
      false
    ]);
    expect(reused(of([{ names: ['a'] }, { names: ['b'] }]), before)).toBe(
      before
    );
  });
});
