/**
 * Which cells of a notebook show plots that the present kernel process has not drawn.
 */
import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { IPresence } from '../kernel/availability';
import type { IDrawing } from '../kernel/iopub';

/** One life of a kernel, and the notebook that it works for. */
export interface ILife {
  /** The path of the notebook. */
  readonly path: string;
  /** The id of the kernel. */
  readonly kernel: string;
  /** Which life of the kernel it is. */
  readonly incarnation: number;
}

/** What of a kernel's life before is back. */
export type IReturned = Pick<IPresence, 'figures' | 'isComplete'>;

/** How a cell's plots have become stale: in the last end of a kernel, or before. */
type Age = 'last' | 'before';

/** What the store holds of one notebook. */
interface IKept extends ILife {
  readonly cells: { readonly [cell: string]: Age };
  readonly drawings: { readonly [cell: string]: IDrawing['figures'] };
}

/**
 * Remembers cells whose plots are older than the kernel's process, until they
 * run again; over a reload of the page as well, where there is a store.
 */
export class Staleness {
  /** Keep it in `store`, under the path of the notebook. */
  constructor(store: IStateDB | null) {
    this._store = store;
  }

  /**
   * The process has ended whose notebook shows plots in `cells`; `returned` is
   * what was back of the one before, null when its restore was not over.
   */
  end(cells: Iterable<string>, returned: IReturned | null): void {
    this._isLoaded = true;
    for (const cell of cells) {
      // What was not restored in one life does not come back with the next.
      const isLost = returned
        ? this.has(cell, returned)
        : this._ages.get(cell) === 'before';
      this._ages.set(cell, isLost ? 'before' : 'last');
    }
    this._isSaved = false;
  }

  /** Whether a cell's plots are stale, where `returned` is what is back. */
  has(cell: string, { figures, isComplete }: IReturned): boolean {
    const age = this._ages.get(cell);
    if (age !== 'last') {
      return age === 'before';
    }
    const drawn = this._drawings.get(cell);
    return drawn
      ? drawn.some(id => id === null || !figures.has(id))
      : !isComplete;
  }

  /** A cell has shown some figures. */
  draw({ cell, figures }: IDrawing): void {
    this._drawings.set(cell, figures);
  }

  /** A cell has other outputs. */
  forget(cell: string): void {
    if (!this._isLoaded) {
      this._fresh.add(cell);
    }
    this._drawings.delete(cell);
    if (this._ages.delete(cell)) {
      this._isSaved = false;
    }
  }

  /**
   * Bring store and memory together, now that the kernel's life is known; tells
   * whether there was something to remember.
   */
  async sync(life: ILife): Promise<boolean> {
    if (!this._store || (this._isLoaded && this._isSaved)) {
      return false;
    }
    const key = `jupyter-mpl-guard:stale:${life.path}`;
    if (this._isLoaded) {
      await this._save(key, life);
      return false;
    }
    const kept = (await this._store.fetch(key)) as IKept | undefined;
    this._isKept = kept !== undefined;
    if (this._isLoaded) {
      return false; // the process has ended meanwhile
    }
    this._isLoaded = true;
    if (kept?.kernel !== life.kernel || kept.incarnation !== life.incarnation) {
      await this._save(key, life);
      return false;
    }
    for (const [cell, age] of Object.entries(kept.cells)) {
      if (!this._fresh.has(cell)) {
        this._ages.set(cell, age);
        const drawn = kept.drawings?.[cell];
        if (drawn) {
          this._drawings.set(cell, drawn);
        }
      }
    }
    this._fresh.clear();
    return true;
  }

  /** Have the store know what is known here, or nothing. */
  private async _save(key: string, life: ILife): Promise<void> {
    this._isSaved = true;
    if (this._ages.size) {
      this._isKept = true;
      const kept: IKept = {
        ...life,
        cells: Object.fromEntries(this._ages),
        drawings: Object.fromEntries(
          [...this._drawings].filter(([cell]) => this._ages.has(cell))
        )
      };
      await this._store!.save(
        key,
        kept as unknown as ReadonlyPartialJSONObject
      );
    } else if (this._isKept) {
      this._isKept = false;
      await this._store!.remove(key);
    }
  }

  private readonly _ages = new Map<string, Age>();
  /** The figures that cells have shown, as far as the kernel has told. */
  private readonly _drawings = new Map<string, IDrawing['figures']>();
  /** Cells that ran before it was known what the store has. */
  private readonly _fresh = new Set<string>();
  /** Whether the store has something. */
  private _isKept = false;
  private _isLoaded = false;
  private _isSaved = true;
  private readonly _store: IStateDB | null;
}
