/**
 * Which cells of a notebook show plots that the present kernel process has not drawn.
 */
import type { IStateDB } from '@jupyterlab/statedb';

import type { IAvailability } from '../kernel/availability';
import type { ICellFigures } from '../kernel/iopub';

/** One incarnation of a kernel, and the notebook that it works for. */
export interface IIncarnation {
  /** The path of the notebook. */
  readonly path: string;
  /** The id of the kernel. */
  readonly kernel: string;
  /** Which incarnation of the kernel it is, counted from 1. */
  readonly incarnation: number;
}

/** The figures of the last incarnation that the present one has. */
export type IRestored = Pick<IAvailability, 'figures' | 'isComplete'>;

/** Since when the plots of a cell are stale: since the last end of a process, or for longer. */
type Age = 'last' | 'before';

/** How memory and store relate: the store is not read yet, differs, or holds the same. */
type Phase = 'unread' | 'changed' | 'saved';

/** The figures that a cell has shown, as far as the kernel has reported them. */
type Figures = ICellFigures['figures'];

/** The stored ages of one notebook; a cell may have any id, `__proto__` included. */
type StoredRecord = {
  readonly path: string;
  readonly kernel: string;
  readonly incarnation: number;
  readonly cells: { readonly [cell: string]: Age };
  readonly drawings: { readonly [cell: string]: (string | null)[] };
};

/** The prefix of the keys of this extension's records; the path of the notebook follows. */
const NAMESPACE = 'jupyter-mpl-guard:stale';

/**
 * Remembers the cells whose plots are older than the kernel's process, until
 * they run again. With a store, it remembers them over a reload of the page.
 */
export class Staleness {
  /** Keep the cells in `store`, under the path of the notebook. */
  constructor(store: IStateDB | null) {
    this._store = store;
  }

  /**
   * Mark the plots of `cells` as stale: the process that drew them has ended.
   *
   * @param cells - the ids of all cells that show plots
   * @param restored - what the process that has ended had of the figures of the
   * one before; null when its restore had not finished
   */
  end(cells: Iterable<string>, restored: IRestored | null): void {
    for (const cell of cells) {
      // A plot that one incarnation did not get back does not return with the next.
      const isLost = restored
        ? this.has(cell, restored)
        : this._ages.get(cell) === 'before';
      this._ages.set(cell, isLost ? 'before' : 'last');
    }
    this._phase = 'changed';
  }

  /** Return whether the plots of a cell are stale, where `restored` is what the kernel has. */
  has(cell: string, { figures, isComplete }: IRestored): boolean {
    const age = this._ages.get(cell);
    if (age !== 'last') {
      return age === 'before';
    }
    const drawn = this._drawings.get(cell);
    return drawn
      ? drawn.some(id => id === null || !figures.has(id))
      : !isComplete;
  }

  /** Record which figures a cell has shown. */
  draw({ cell, figures }: ICellFigures): void {
    this._drawings.set(cell, figures);
  }

  /** Discard what is known of a cell, because its outputs are new. */
  forget(cell: string): void {
    if (this._phase === 'unread') {
      this._fresh.add(cell);
    }
    this._drawings.delete(cell);
    if (this._ages.delete(cell)) {
      this._phase = 'changed';
    }
  }

  /**
   * Read the store the first time, and write to it when something has changed,
   * the path of the notebook included.
   *
   * @returns whether stale cells were read
   */
  async sync(incarnation: IIncarnation): Promise<boolean> {
    if (!this._store) {
      return false;
    }
    const key = `${NAMESPACE}:${incarnation.path}`;
    if (this._phase === 'unread') {
      return this._read(this._store, key, incarnation);
    }
    const isRenamed = this._key !== null && this._key !== key;
    if (this._phase === 'changed' || isRenamed) {
      await this._save(this._store, key, incarnation);
    }
    return false;
  }

  /** Read the record of an incarnation, and remove that of another one. */
  private async _read(
    store: IStateDB,
    key: string,
    incarnation: IIncarnation
  ): Promise<boolean> {
    const value: unknown = await store.fetch(key);
    this._key = value === undefined ? null : key;
    if (this._phase !== 'unread') {
      return false; // a process has ended meanwhile
    }
    const record = recordFrom(value);
    if (
      record?.kernel !== incarnation.kernel ||
      record.incarnation !== incarnation.incarnation
    ) {
      await this._save(store, key, incarnation);
      return false;
    }
    this._phase = 'saved';
    const drawings = new Map(Object.entries(record.drawings));
    for (const [cell, age] of Object.entries(record.cells)) {
      if (this._fresh.has(cell)) {
        this._phase = 'changed';
        continue;
      }
      this._ages.set(cell, age);
      const drawn = drawings.get(cell);
      if (drawn) {
        this._drawings.set(cell, drawn);
      }
    }
    this._fresh.clear();
    return true;
  }

  /** Write what is stale under `key`, and remove what was written under another one. */
  private async _save(
    store: IStateDB,
    key: string,
    { path, kernel, incarnation }: IIncarnation
  ): Promise<void> {
    const before = this._key;
    this._phase = 'saved';
    this._key = this._ages.size ? key : null;
    if (this._ages.size) {
      const record: StoredRecord = {
        path,
        kernel,
        incarnation,
        cells: Object.fromEntries(this._ages),
        drawings: Object.fromEntries(
          [...this._drawings]
            .filter(([cell]) => this._ages.has(cell))
            .map(([cell, figures]) => [cell, [...figures]])
        )
      };
      await store.save(key, record);
    }
    if (before !== null && before !== this._key) {
      await store.remove(before);
    }
  }

  private readonly _ages = new Map<string, Age>();
  private readonly _drawings = new Map<string, Figures>();
  /** Cells that ran before the store was read. */
  private readonly _fresh = new Set<string>();
  /** The key under which the store has a record; null when it has none. */
  private _key: string | null = null;
  private _phase: Phase = 'unread';
  private readonly _store: IStateDB | null;
}

/** Return a value from the store as a record; null when it is none. */
function recordFrom(value: unknown): StoredRecord | null {
  const record = value as Partial<StoredRecord> | null | undefined;
  return typeof record?.kernel === 'string' &&
    typeof record.incarnation === 'number' &&
    isDictionary(record.cells) &&
    isDictionary(record.drawings) &&
    Object.values(record.cells).every(
      age => age === 'last' || age === 'before'
    ) &&
    Object.values(record.drawings).every(
      figures =>
        Array.isArray(figures) &&
        figures.every(id => id === null || typeof id === 'string')
    )
    ? (record as StoredRecord)
    : null;
}

function isDictionary(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
