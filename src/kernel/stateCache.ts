/**
 * The last plot state of one kernel, and which answers of the server are still valid.
 */
import type { PlotState, PlotStatus } from '../plotState';
import { supersedes } from './iopub';

/** One request to the server. */
interface IRequestTicket {
  /** Counts the requests. */
  readonly number: number;
  /** How many messages of the agent were received before it. */
  readonly received: number;
}

/** The phase of the exchange with the kernel; `failed` is a failure between page and server. */
type Phase = 'settled' | 'restoring' | 'failed';

/**
 * Keeps the plot state that the agent or the server has sent last.
 *
 * Each request to the server gets a ticket. An answer is dropped when a later
 * request has made its ticket invalid, or the agent has sent a newer state
 * meanwhile.
 */
export class StateCache {
  /** The last plot state received; null while there is none. During a restart it is that of the old process. */
  get state(): PlotState | null {
    return this._state;
  }

  /** What went wrong between page and server, as a sentence; empty when nothing did. */
  get error(): string {
    return this._error;
  }

  /** The status to show; null while nothing is known. */
  get status(): PlotStatus | null {
    const status = this._state?.status ?? null;
    switch (this._phase) {
      case 'failed':
        return 'error';
      case 'restoring':
        return status === 'unsupported' ? status : 'restoring';
      case 'settled':
        return status;
    }
  }

  /** Invalidate the tickets of earlier requests, and return a new one. */
  request(): IRequestTicket {
    if (this._phase === 'failed') {
      this._settle(this._state);
    }
    this._number += 1;
    return { number: this._number, received: this._received };
  }

  /** Discard everything, because the kernel is another one. */
  clear(): void {
    this.request();
    this._settle(null);
  }

  /** Show a restore in progress until the next state arrives. */
  expectRestore(): void {
    this._phase = 'restoring';
  }

  /** Keep a state that the agent has sent. */
  receive(state: PlotState): void {
    this._received += 1;
    this._settle(state);
  }

  /** Keep the answer of the server; return false when its ticket was invalid. */
  answer(ticket: IRequestTicket, state: PlotState): boolean {
    if (ticket.number !== this._number) {
      return false;
    }
    const fromAgent = ticket.received === this._received ? null : this._state;
    this._settle(fromAgent && supersedes(fromAgent, state) ? fromAgent : state);
    return true;
  }

  /** Keep the error that a request ended in; return false when its ticket was invalid. */
  fail(ticket: IRequestTicket, error: string): boolean {
    if (ticket.number !== this._number) {
      return false;
    }
    this._error = error;
    this._phase = 'failed';
    return true;
  }

  private _settle(state: PlotState | null): void {
    this._state = state;
    this._error = '';
    this._phase = 'settled';
  }

  private _error = '';
  /** The number of the only ticket that is valid. */
  private _number = 0;
  private _phase: Phase = 'settled';
  /** How many messages of the agent were received. */
  private _received = 0;
  private _state: PlotState | null = null;
}
