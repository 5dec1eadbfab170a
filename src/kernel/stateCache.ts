/**
 * What is known of one kernel's plots, and which answers still count.
 */
import type { PlotState, PlotStatus } from '../plotState';
import { overtakes } from './iopub';

/**
 * Holds the plot state as it was last heard, from the agent or the server.
 *
 * Questions to the server are asked in turns: what answers a turn that another
 * has overtaken is dropped, and so is what the agent has outdated meanwhile.
 */
export class Knowledge {
  /** The plot state as last heard, if any; of the old process during a restart. */
  get state(): PlotState | null {
    return this._state;
  }

  /** What went wrong between page and server, as a sentence; empty if nothing did. */
  get error(): string {
    return this._error;
  }

  /** The status to show, or null while nothing is known. */
  get status(): PlotStatus | null {
    if (this._error) {
      return 'error';
    }
    if (this._restoring && this._state?.status !== 'unsupported') {
      return 'restoring';
    }
    return this._state?.status ?? null;
  }

  /** Make the answers still awaited unwanted, and begin another turn. */
  turn(): Knowledge.ITurn {
    this._error = '';
    this._turn += 1;
    return { number: this._turn, heard: this._heard };
  }

  /** Know nothing, as of a kernel that has just come. */
  forget(): void {
    this.turn();
    this._state = null;
    this._restoring = false;
  }

  /** A restore has begun. */
  expectRestore(): void {
    this._restoring = true;
  }

  /** The agent says what the state is. */
  hear(state: PlotState): void {
    this._heard += 1;
    this._settle(state);
  }

  /** The server answers; tells whether its answer was wanted. */
  answer(turn: Knowledge.ITurn, state: PlotState): boolean {
    if (turn.number !== this._turn) {
      return false;
    }
    const heard = turn.heard === this._heard ? null : this._state;
    this._settle(heard && overtakes(heard, state) ? heard : state);
    return true;
  }

  /** There is an error in place of an answer; tells whether the answer was wanted. */
  fail(turn: Knowledge.ITurn, error: string): boolean {
    if (turn.number !== this._turn) {
      return false;
    }
    this._error = error;
    this._restoring = false;
    return true;
  }

  private _settle(state: PlotState): void {
    this._state = state;
    this._error = '';
    this._restoring = false;
  }

  private _error = '';
  /** How many messages of the agent were heard. */
  private _heard = 0;
  private _restoring = false;
  private _state: PlotState | null = null;
  /** The number of the turn whose answer is wanted. */
  private _turn = 0;
}

/** The types that this knowledge is dealt out in. */
export namespace Knowledge {
  /** One question to the server. */
  export interface ITurn {
    /** Counts the questions. */
    readonly number: number;
    /** How many messages of the agent were heard before it. */
    readonly heard: number;
  }
}
