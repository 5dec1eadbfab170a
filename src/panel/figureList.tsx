/**
 * The list of figures: cards that are a single tab stop for the keyboard.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import React, { useEffect, useRef, useState } from 'react';

import { panelTexts } from '../ui/panelTexts';
import { PanelCommandIDs } from './actions/ids';
import { Card } from './card';
import { Nearness } from './nearness';
import type { PanelModel } from './panelModel';

/** Properties of the list. */
interface IFigureListProps {
  readonly commands: CommandRegistry;
  readonly model: PanelModel;
  readonly trans: TranslationBundle;
}

/** Shows the cards. */
export function FigureList(props: IFigureListProps): JSX.Element {
  const { commands, model, trans } = props;
  const list = useRef<HTMLDivElement>(null);
  const [nearness] = useState(() => new Nearness());
  useEffect(() => () => nearness.dispose(), [nearness]);
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
    const next = stepTo(event.key, index, cards.length, () =>
      columnsOf(list.current)
    );
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (next !== null) {
      select(next);
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
          nearness={nearness}
          pictures={model.figures!.pictures}
          trans={trans}
        />
      ))}
    </div>
  );
}

/** Return the index to which a key leads from another one; null when the key leads nowhere. */
function stepTo(
  key: string,
  index: number,
  count: number,
  columns: () => number
): number | null {
  switch (key) {
    case 'ArrowLeft':
      return index - 1;
    case 'ArrowRight':
      return index + 1;
    case 'ArrowUp':
      return index - columns();
    case 'ArrowDown':
      return index + columns();
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/** Return the number of columns of the cards. */
function columnsOf(list: HTMLElement | null): number {
  const nodes = [...(list?.children ?? [])] as HTMLElement[];
  const next = nodes.findIndex(
    ({ offsetTop }) => offsetTop > nodes[0].offsetTop
  );
  return next > 0 ? next : Math.max(1, nodes.length);
}
