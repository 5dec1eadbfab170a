/**
 * Which elements are visible, or about to be.
 */
import type { IDisposable } from '@lumino/disposable';

/** How far beyond the visible part elements count as near, as a margin of CSS. */
const AHEAD = '200px';

/** Is called when an element comes near, and when it is not near any more. */
type OnNear = (isNear: boolean) => void;

/** Observes all elements of a list that is scrolled: one observer for all is much cheaper than one for each. */
export class Nearness implements IDisposable {
  /** Whether it is disposed of. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Whether elements can be observed; else all are near. */
  readonly isPossible = typeof IntersectionObserver !== 'undefined';

  /**
   * Follow an element.
   *
   * @returns a function that stops following
   */
  follow(element: Element, onNear: OnNear): () => void {
    if (!this.isPossible) {
      return () => undefined;
    }
    this._observer ??= new IntersectionObserver(
      entries => {
        for (const { target, isIntersecting } of entries) {
          this._followed.get(target)?.(isIntersecting);
        }
      },
      { root: scrollerOf(element), rootMargin: AHEAD }
    );
    this._followed.set(element, onNear);
    this._observer.observe(element);
    return () => {
      this._followed.delete(element);
      this._observer?.unobserve(element);
    };
  }

  /** Stop following all. */
  dispose(): void {
    this._isDisposed = true;
    this._observer?.disconnect();
    this._observer = null;
    this._followed.clear();
  }

  private readonly _followed = new Map<Element, OnNear>();
  private _isDisposed = false;
  private _observer: IntersectionObserver | null = null;
}

/** Return the element that scrolls another one; the margin of an observer widens only that of its root. */
function scrollerOf(element: Element): Element | null {
  for (let each = element.parentElement; each; each = each.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(each).overflowY)) {
      return each;
    }
  }
  return null;
}
