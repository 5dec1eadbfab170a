import { StateDB } from '@jupyterlab/statedb';

import type { IIncarnation, IRestored } from '../../notebook/staleness';
import { Staleness } from '../../notebook/staleness';

const NONE: IRestored = { figures: new Set(), isComplete: false };
const ALL: IRestored = { ...NONE, isComplete: true };

const INCARNATION: IIncarnation = {
  path: 'a.ipynb',
  kernel: 'k1',
  incarnation: 2
};

describe('staleness', () => {
  let store: StateDB;
  let cells: Staleness;

  beforeEach(() => {
    store = new StateDB();
    cells = new Staleness(store);
  });

  it('begins with the end of a process, and ends when a cell runs', () => {
    expect(cells.has('a', NONE)).toBe(false);
    cells.end(['a', 'b'], NONE);
    cells.forget('a');
    expect(cells.has('a', NONE)).toBe(false);
    expect(cells.has('b', NONE)).toBe(true);
  });

  it('is not where all figures are restored', () => {
    cells.end(['a'], NONE);
    expect(cells.has('a', ALL)).toBe(false);
  });

  it('stays where a figure was not restored in the incarnation before', () => {
    cells.end(['a'], NONE);
    cells.end(['a', 'b'], NONE);
    expect(cells.has('a', ALL)).toBe(true);
    expect(cells.has('b', ALL)).toBe(false);
  });

  it('does not stay where all figures were restored each time', () => {
    cells.end(['a'], NONE);
    cells.end(['a'], ALL);
    expect(cells.has('a', ALL)).toBe(false);
    expect(cells.has('a', NONE)).toBe(true);
  });

  it('stays with the process whose restore had not finished', () => {
    cells.end(['a'], NONE);
    cells.end(['a'], null);
    expect(cells.has('a', ALL)).toBe(false);
    cells.end(['a'], NONE);
    cells.end(['a'], null);
    expect(cells.has('a', ALL)).toBe(true);
  });

  describe('of cells whose figures are known', () => {
    const restored = (...ids: string[]) => ({ ...ALL, figures: new Set(ids) });

    beforeEach(() => {
      cells.draw({ cell: 'a', figures: ['f1', 'f2'] });
      cells.draw({ cell: 'b', figures: ['f1', null] });
      cells.end(['a', 'b', 'c'], NONE);
    });

    it('ends when these are restored, whatever else is', () => {
      expect(cells.has('a', restored('f1'))).toBe(true);
      expect(
        cells.has('a', { ...restored('f1', 'f2'), isComplete: false })
      ).toBe(false);
    });

    it('does not end where one was not kept', () => {
      expect(cells.has('b', restored('f1'))).toBe(true);
      expect(cells.has('c', restored('f1'))).toBe(false);
    });

    it('is known again after the page was reloaded, but not after a cell has run', async () => {
      cells.forget('b');
      cells.end(['b'], NONE);
      await cells.sync(INCARNATION);
      const later = new Staleness(store);
      await later.sync(INCARNATION);
      expect(later.has('a', restored('f1'))).toBe(true);
      expect(later.has('b', restored('f1'))).toBe(false);
    });
  });

  describe('in a page that is reloaded', () => {
    let later: Staleness;

    beforeEach(async () => {
      cells.end(['a', 'b'], NONE);
      await cells.sync(INCARNATION);
      later = new Staleness(store);
    });

    it('is as it was', async () => {
      expect(await later.sync(INCARNATION)).toBe(true);
      expect(later.has('a', NONE)).toBe(true);
      expect(later.has('a', ALL)).toBe(false);
    });

    it('is forgotten with the kernel, and with its incarnation', async () => {
      expect(await later.sync({ ...INCARNATION, incarnation: 3 })).toBe(false);
      expect(later.has('a', NONE)).toBe(false);
      const another = new Staleness(store);
      expect(await another.sync({ ...INCARNATION, kernel: 'k2' })).toBe(false);
      expect(another.has('a', NONE)).toBe(false);
      expect((await store.list('jupyter-mpl-guard')).ids).toEqual([]);
    });

    it('is not where a cell ran before the page knew', async () => {
      later.forget('a');
      await later.sync(INCARNATION);
      expect(later.has('a', NONE)).toBe(false);
      expect(later.has('b', NONE)).toBe(true);
      await later.sync(INCARNATION);
      const latest = new Staleness(store);
      await latest.sync(INCARNATION);
      expect(latest.has('a', NONE)).toBe(false);
      expect(latest.has('b', NONE)).toBe(true);
    });
  });

  it('is known again after the notebook was renamed and the page reloaded', async () => {
    cells.end(['a'], NONE);
    await cells.sync(INCARNATION);
    const renamed = { ...INCARNATION, path: 'folder/b.ipynb' };
    await cells.sync(renamed);
    const later = new Staleness(store);
    expect(await later.sync(renamed)).toBe(true);
    expect(later.has('a', NONE)).toBe(true);
    expect((await store.list('jupyter-mpl-guard')).ids).toEqual([
      'jupyter-mpl-guard:stale:folder/b.ipynb'
    ]);
  });

  it.each(['constructor', '__proto__', 'toString'])(
    'is known again of a cell with the id "%s"',
    async id => {
      cells.end([id], NONE);
      await cells.sync(INCARNATION);
      const later = new Staleness(store);
      expect(await later.sync(INCARNATION)).toBe(true);
      expect([later.has(id, NONE), later.has(id, ALL)]).toEqual([true, false]);
    }
  );

  it.each([
    ['text', 'x'],
    ['no cells', { ...INCARNATION }],
    [
      'an unknown age',
      { ...INCARNATION, cells: { a: 'ages ago' }, drawings: {} }
    ],
    [
      'odd figures',
      { ...INCARNATION, cells: { a: 'last' }, drawings: { a: 'f1' } }
    ]
  ])('reads nothing from a store that holds %s', async (_, value) => {
    await store.save('jupyter-mpl-guard:stale:a.ipynb', value);
    expect(await cells.sync(INCARNATION)).toBe(false);
    expect(cells.has('a', NONE)).toBe(false);
    expect((await store.list('jupyter-mpl-guard')).ids).toEqual([]);
  });

  it('leaves nothing in the store when nothing is stale', async () => {
    await cells.sync(INCARNATION);
    expect((await store.list('jupyter-mpl-guard')).ids).toEqual([]);
    cells.end(['a'], NONE);
    await cells.sync(INCARNATION);
    expect((await store.list('jupyter-mpl-guard')).ids).toHaveLength(1);
    cells.forget('a');
    await cells.sync(INCARNATION);
    expect((await store.list('jupyter-mpl-guard')).ids).toEqual([]);
  });
});
