/**
 * Canvases inside of other widgets: of boxes, tabs, layouts of applications.
 *
 * The widget around a canvas cannot be restored, because its part in the kernel
 * has ended with the process. But it is still on the page, and can show a live
 * canvas as well as a dead one.
 */
import { isCanvas } from '../internals/ipympl';
import type { IWidgetModel } from '../internals/ipywidgets';
import { childrenOf, isModel, removeViews } from '../internals/ipywidgets';

/** A place among the children of a widget. */
export interface IPlace {
  /** The widget. */
  readonly container: IWidgetModel;
  /** The index of the child, counted from 0. */
  readonly index: number;
}

/** Find the places of canvases inside of a widget, at any depth. */
export function* canvasesIn(
  container: IWidgetModel,
  seen = new Set<IWidgetModel>()
): Generator<IPlace> {
  seen.add(container);
  for (const [index, child] of childrenOf(container).entries()) {
    if (!isModel(child) || seen.has(child)) {
      continue;
    }
    if (isCanvas(child)) {
      yield { container, index };
    } else {
      yield* canvasesIn(child, seen);
    }
  }
}

/** Return the widget in a place; null when there is none any more. */
export function childAt({ container, index }: IPlace): IWidgetModel | null {
  const child = childrenOf(container)[index];
  return isModel(child) ? child : null;
}

/** Replace the widget in a place, in the page only. */
export async function replaceChild(
  place: IPlace,
  child: IWidgetModel
): Promise<void> {
  const { container, index } = place;
  const before = childAt(place);
  const children = [...childrenOf(container)];
  children[index] = child;
  container.set('children', children);
  if (before && !children.includes(before)) {
    await removeViews(before, container);
  }
}
