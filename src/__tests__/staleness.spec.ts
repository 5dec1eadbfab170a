import { StateDB } from '@jupyterlab/statedb';

import type { ILife } from '../staleness';
import { Staleness } from '../staleness';

const LIFE: ILife = { path: 'a.ipynb', kernel: 'k1', incarnation: 2 };

describe('staleness', () => {
  let store: StateDB;
  let cells: Staleness;

  beforeEach(() => {
    store = new StateDB();
    cells = new Staleness(store);
  });

  it('begins with the end of a process, and ends when a cell runs', () => {
    expect(cells.has('a', false)).toBe(false);
    cells.end(['a', 'b'], false);
    cells.forget('a');
    expect(cells.has('a', false)).toBe(false);
    expect(cells.has('b', false)).toBe(true);
  });

  it('is not where all figures are back', () => {
    cells.end(['a'], false);
    expect(cells.has('a', true)).toBe(false);
  });

  it('stays where a figure did not come back in the life before', () => {
    cells.end(['a'], false);
    cells.end(['a', 'b'], false);
    expect(cells.has('a', true)).toBe(true);
    expect(cells.has('b', true)).toBe(false);
  });

  it('does not stay where all figures came back each time', () => {
    cells.end(['a'], false);
    cells.end(['a'], true);
    expect(cells.has('a', true)).toBe(false);
    expect(cells.has('a', false)).toBe(true);
  });

  describe('in a page that is reloaded', () => {
    let later: Staleness;

    beforeEach(async () => {
      cells.end(['a', 'b'], false);
      await cells.sync(LIFE);
      later = new Staleness(store);
    });

    it('is as it was', async () => {
      expect(await later.sync(LIFE)).toBe(true);
      expect(later.has('a', false)).toBe(true);
      expect(later.has('a', true)).toBe(false);
    });

    it('is forgotten with the kernel, and with its life', async () => {
      expect(await later.sync({ ...LIFE, incarnation: 3 })).toBe(false);
      expect(later.has('a', false)).toBe(false);
      const another = new Staleness(store);
      expect(await another.sync({ ...LIFE, kernel: 'k2' })).toBe(false);
      expect(another.has('a', false)).toBe(false);
      expect((await store.list('jupyter-mpl-guard')).ids).toEqual([]);
    });

    it('is not where a cell ran before the page knew', async () => {
      later.forget('a');
      await later.sync(LIFE);
      expect(later.has('a', false)).toBe(false);
      expect(later.has('b', false)).toBe(true);
    });
  });

  it('leaves nothing in the store when nothing is stale', async () => {
    await cells.sync(LIFE);
    expect((await store.list('jupyter-mpl-guard')).ids).toEqual([]);
    cells.end(['a'], false);
    await cells.sync(LIFE);
    expect((await store.list('jupyter-mpl-guard')).ids).toHaveLength(1);
    cells.forget('a');
    await cells.sync(LIFE);
    expect((await store.list('jupyter-mpl-guard')).ids).toEqual([]);
  });
});
