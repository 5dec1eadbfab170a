/**
 * The figures of a plot state as the cards of the panel.
 */
import type { Figure } from '../kernel/figureStatus';
import { statusOf } from '../kernel/figureStatus';
import type { FigureStatus, PlotState, PlotStatus } from '../plotState';

/** One figure, as the panel shows it. */
export interface ICard {
  /** The id of the figure. */
  readonly id: string;
  /** Its status. */
  readonly state: FigureStatus;
  /** Why it is not as it should be; empty when it is. */
  readonly why: string;
  /** The names that lead to it. */
  readonly names: readonly string[];
  /** Pyplot's number; 0 when pyplot never had it. */
  readonly number: number;
  /** Pyplot's label; empty when it has none. */
  readonly label: string;
  /** How many axes it has. */
  readonly axes: number;
  /** The size of what is saved, in bytes; 0 when nothing is. */
  readonly bytes: number;
  /** The model id of its canvas; null when it has none. */
  readonly canvas: string | null;
  /** The id of the cell that drew it last; null when that is not known. */
  readonly cell: string | null;
  /** Which one it is of those with the same number, label and names, counted from 1. */
  readonly nth: number;
}

/** What the page knows about where figures are. */
interface INotebookOrder {
  /** The ids of the cells, in their order. */
  readonly cells: readonly string[];
  /** The cells that show canvases, by the model ids of those. */
  readonly canvases: ReadonlyMap<string, string>;
}

/**
 * Return the cards in the order of the cells that drew the figures. Those of one
 * cell are in the order of their numbers, and those of no cell come last.
 */
export function cardsOf(
  state: PlotState | null,
  status: PlotStatus | null,
  { cells, canvases }: INotebookOrder
): ICard[] {
  const places = new Map(cells.map((id, index) => [id, index]));
  const place = ({ cell }: Omit<ICard, 'nth'>) =>
    (cell === null ? undefined : places.get(cell)) ?? cells.length;
  const alike = new Map<string, number>();
  return (state?.figures ?? [])
    .map(figure => cardOf(figure, state!, status, canvases))
    .sort((one, two) => place(one) - place(two) || one.number - two.number)
    .map(card => {
      const key = JSON.stringify([card.number, card.label, card.names]);
      const nth = (alike.get(key) ?? 0) + 1;
      alike.set(key, nth);
      return { ...card, nth };
    });
}

/**
 * Return cards with equal ones replaced by those of `before`: what shows these
 * need not be drawn anew. If all are equal, return `before` itself.
 */
export function reused(
  cards: readonly ICard[],
  before: readonly ICard[]
): readonly ICard[] {
  const known = new Map(before.map(card => [card.id, card]));
  const next = cards.map(card => {
    const former = known.get(card.id);
    return former && areEqual(former, card) ? former : card;
  });
  const isSame =
    next.length === before.length &&
    next.every((card, index) => card === before[index]);
  return isSame ? before : next;
}

function areEqual(one: ICard, other: ICard): boolean {
  const { names, ...rest } = one;
  return (
    (Object.keys(rest) as (keyof typeof rest)[]).every(
      key => one[key] === other[key]
    ) &&
    names.length === other.names.length &&
    names.every((name, index) => name === other.names[index])
  );
}

function cardOf(
  figure: Figure,
  state: PlotState,
  status: PlotStatus | null,
  canvases: ReadonlyMap<string, string>
): Omit<ICard, 'nth'> {
  const { id, names, number, label, axes, bytes, canvas } = figure;
  return {
    id,
    names,
    number,
    label,
    axes,
    bytes,
    canvas,
    state: statusOf(figure, state, status),
    why: figure.why ?? '',
    cell: figure.cell ?? canvases.get(canvas ?? '') ?? null
  };
}
