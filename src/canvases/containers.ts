/**
 * Canvases that are part of other widgets: of boxes, tabs, layouts of applications.
 *
 * The widget around a canvas cannot live again, for what it was for in the
 * kernel has gone with the last process. But it is still on the page, and can
 * show a canvas that lives as well as a dead one.
 */
import type { IWidgetModel } from '../internals/ipywidgets';
import { isModel, takeOff } from '../internals/ipywidgets';

/** A place among the children of a widget. */
export interface IPlace {
  /** The widget. */
  readonly container: IWidgetModel;
  /** Which of its children. */
  readonly index: number;
}

/** The places of canvases in a widget, at any depth. */
export function* canvasesIn(
  container: IWidgetModel,
  seen = new Set<IWidgetModel>()
): Generator<IPlace> {
  seen.add(container);
  for (const [index, child] of children(container).entries()) {
    if (!isModel(child) || seen.has(child)) {
      continue;
    }
    if (child.get('_model_name') === 'MPLCanvasModel') {
      yield { container, index };
    } else {
      yield* canvasesIn(child, seen);
    }
  }
}

/** The widget in a place; null when there is none any more. */
export function childAt({ container, index }: IPlace): IWidgetModel | null {
  const child = children(container)[index];
  return isModel(child) ? child : null;
}

/** Have a widget show another one in a place; the kernel does not hear of it. */
export async function put(place: IPlace, child: IWidgetModel): Promise<void> {
  const { container, index } = place;
  const before = childAt(place);
  const next = [...children(container)];
  next[index] = child;
  container.set('children', next);
  if (before && !next.includes(before)) {
    await takeOff(before, container);
  }
}

/** What ipywidgets' containers name the widgets inside of them. */
function children(container: IWidgetModel): readonly unknown[] {
  const value = container.get('children');
  return Array.isArray(value) ? value : [];
}
