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
          nearness={nearness}
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
