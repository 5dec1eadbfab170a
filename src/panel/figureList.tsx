/**
 * The list of figures: cards that are a single tab stop for the keyboard.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import React, {
  useCallback,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore
} from 'react';

import type { FigureStatus } from '../plotState';
import { statusIcons } from '../ui/icons';
import {
  figureTitle,
  fileSize,
  stateMeanings,
  stateTexts
} from '../ui/figureTexts';
import { panelTexts } from '../ui/panelTexts';
import { PanelCommandIDs } from './actions/ids';
import type { ICard } from './cards';
import type { PanelModel } from './panelModel';
import type { Pictures } from './pictures/pictures';

/** The icon of each state; they differ in shape, not only in colour. */
const stateIcons = {
  live: statusIcons.live,
  saved: statusIcons.restored,
  unsaved: statusIcons.partial,
  offered: statusIcons.offered,
  lost: statusIcons.error
} satisfies Record<FigureStatus, unknown>;

/** How far from the visible part pictures are looked for, as a margin of CSS. */
const AHEAD = '200px';

/** Properties of the list. */
export interface IFigureListProps {
  readonly commands: CommandRegistry;
  readonly model: PanelModel;
  readonly trans: TranslationBundle;
}

/** Shows the cards. */
export function FigureList(props: IFigureListProps): JSX.Element {
  const { commands, model, trans } = props;
  const list = useRef<HTMLDivElement>(null);
  const { cards, selected } = model;

  /** Select a card, and move the focus to it. */
  const select = (index: number) => {
    const card = cards[index];
    if (card) {
      model.select(card.id);
      const node = list.current?.children[index] as HTMLElement | undefined;
      node?.focus();
    }
  };

  const onKeyDown = (event: React.KeyboardEvent) => {
    const index = selected ? cards.indexOf(selected) : 0;
    const columns = columnsOf(list.current);
    const steps: Record<string, number> = {
      ArrowLeft: index - 1,
      ArrowRight: index + 1,
      ArrowUp: index - columns,
      ArrowDown: index + columns,
      Home: 0,
      End: cards.length - 1
    };
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key in steps) {
      select(steps[event.key]);
    } else if (event.key === 'Enter') {
      void commands.execute(PanelCommandIDs.goToCell);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={list}
      className="jp-MplGuard-cards"
      role="listbox"
      aria-label={panelTexts(trans).figures}
      aria-orientation="horizontal"
      style={{ '--jp-mpl-guard-size': `${model.size}px` } as object}
      onKeyDown={onKeyDown}
    >
      {cards.map(card => (
        <Card
          key={card.id}
          card={card}
          commands={commands}
          isSelected={card === selected}
          model={model}
          pictures={model.figures!.pictures}
          trans={trans}
        />
      ))}
    </div>
  );
}

/** Return the number of columns of the cards. */
function columnsOf(list: HTMLElement | null): number {
  const nodes = [...(list?.children ?? [])] as HTMLElement[];
  const next = nodes.findIndex(
    ({ offsetTop }) => offsetTop > nodes[0].offsetTop
  );
  return next > 0 ? next : Math.max(1, nodes.length);
}

/** Properties of a card. */
interface ICardProps extends IFigureListProps {
  readonly card: ICard;
  readonly isSelected: boolean;
  readonly pictures: Pictures;
}

/** Shows one card; drawn anew only when it is another, because there may be hundreds. */
const Card = React.memo((props: ICardProps): JSX.Element => {
  const { card, commands, isSelected, model, pictures, trans } = props;
  const select = () => model.select(card.id);
  const title = figureTitle(card, trans);
  const names = card.names.join(', ');
  const label = card.label && card.label !== title ? card.label : '';
  const size = card.bytes ? fileSize(card.bytes, trans) : '';
  const state = stateTexts(trans)[card.state];
  const meaning = stateMeanings(trans)[card.state];
  const Icon = stateIcons[card.state].react;
  return (
    <div
      className="jp-MplGuard-card"
      role="option"
      aria-label={[title, label, names, state, size, card.why]
        .filter(Boolean)
        .join(', ')}
      aria-selected={isSelected}
      data-figure={card.id}
      data-state={card.state}
      tabIndex={isSelected ? 0 : -1}
      onClick={select}
      onContextMenu={select}
      onFocus={select}
      onDoubleClick={() => void commands.execute(PanelCommandIDs.open)}
    >
      <Thumbnail card={card} pictures={pictures} trans={trans} />
      {names ? (
        <code className="jp-MplGuard-cardTitle" title={names}>
          {names}
        </code>
      ) : null}
      <div className="jp-MplGuard-cardLine">
        <span title={[title, label].filter(Boolean).join(' · ')}>
          {title === names ? null : title}
          {label ? ` · ${label}` : null}
        </span>
        <span className="jp-MplGuard-cardSize">{size}</span>
      </div>
      <span className="jp-MplGuard-chip" title={meaning}>
        <Icon className="jp-MplGuard-icon" tag="span" />
        {state}
      </span>
      {card.why ? <p className="jp-MplGuard-why">{card.why}</p> : null}
    </div>
  );
});

/** The picture of a figure, looked for when it is about to be seen. */
function Thumbnail({
  card,
  pictures,
  trans
}: Pick<ICardProps, 'card' | 'pictures' | 'trans'>): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const isNear = useNearness(frame);
  const src = useSyncExternalStore(
    useCallback(
      (redraw: () => void) => {
        const onChanged = (_: Pictures, id: string) => {
          if (id === card.id) {
            redraw();
          }
        };
        pictures.changed.connect(onChanged);
        return () => pictures.changed.disconnect(onChanged);
      },
      [card.id, pictures]
    ),
    () => pictures.get(card.id)
  );
  useEffect(() => {
    if (isNear) {
      pictures.ask(card);
    }
  }, [card, isNear, pictures]);
  return (
    <div ref={frame} className="jp-MplGuard-frame">
      {src ? (
        <img
          className="jp-MplGuard-thumbnail"
          alt=""
          decoding="async"
          draggable={false}
          loading="lazy"
          src={src}
        />
      ) : (
        <span className="jp-MplGuard-blank">{panelTexts(trans).noPicture}</span>
      )}
    </div>
  );
}

/** Return whether an element is visible, or nearly so. */
function useNearness(element: React.RefObject<HTMLElement>): boolean {
  const [isNear, setNear] = useState(
    typeof IntersectionObserver === 'undefined'
  );
  useEffect(() => {
    if (isNear || !element.current) {
      return;
    }
    const observer = new IntersectionObserver(
      entries => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) {
          setNear(true);
        }
      },
      { rootMargin: AHEAD }
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [isNear, element]);
  return isNear;
}
