/**
 * What is to become of an output that has shown a canvas.
 */
import type { IPresence } from '../kernel/availability';

/** What the view of a canvas in an output is at the moment. */
export type ViewStatus =
  /** A canvas whose kernel has it. */
  | 'live'
  /** A canvas that belongs to a process that has ended, or to none. */
  | 'dead'
  /** A canvas that was closed, or that another has replaced. */
  | 'replaced'
  /** An error in place of a canvas. */
  | 'error'
  /** Nothing yet. */
  | 'loading'
  /** Something that we do not know. */
  | 'unknown';

/**
 * What is to be done: nothing but to show what the output shows (`live`);
 * draw it again (`revive`); fetch the canvas from the kernel (`fetch`); show a
 * picture in its place (`dead`); or leave all as it is (`leave`).
 */
export type Fate = 'live' | 'revive' | 'fetch' | 'dead' | 'leave';

/** What is known of an output's canvas. */
export interface IFacts {
  /** What the output shows. */
  readonly view: ViewStatus;
  /** Whether the page has a live model under the canvas' id. */
  readonly hasModel: boolean;
  /** Whether the page still fetches the models of widgets that the kernel has. */
  readonly isLoading: boolean;
  /** Whether the kernel says that it has the canvas. */
  readonly isPresent: boolean;
  /** Whether the kernel was asked for it already. */
  readonly isFetched: boolean;
  /** What the plot state is good for. */
  readonly kernel: IPresence['kernel'];
}

/** Decide from what is known of an output's canvas. */
export function fateOf(facts: IFacts): Fate {
  const { view, kernel } = facts;
  if (view === 'unknown') {
    return 'leave';
  }
  if (kernel === 'none') {
    return 'dead';
  }
  if (view === 'live') {
    return 'live';
  }
  if (view === 'loading') {
    return 'leave';
  }
  if (facts.hasModel) {
    return 'revive';
  }
  if (kernel !== 'known' || facts.isLoading) {
    return 'leave';
  }
  if (facts.isPresent && !facts.isFetched) {
    return 'fetch';
  }
  if (view === 'error' && facts.isPresent) {
    return 'leave'; // the page cannot draw it, and says why: its ipympl may not match the kernel's
  }
  // A figure that was closed in this life of the kernel keeps its last picture.
  return view === 'replaced' ? 'leave' : 'dead';
}
