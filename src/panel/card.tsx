/**
 * One figure in the list of the panel.
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
import type { Nearness } from './nearness';
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

/** Properties of a card. */
interface ICardProps {
  readonly card: ICard;
  readonly commands: CommandRegistry;
  readonly isSelected: boolean;
  readonly model: PanelModel;
  readonly nearness: Nearness;
  readonly pictures: Pictures;
  readonly trans: TranslationBundle;
}

/**
 * Shows one card; drawn anew only when it is another, because there may be hundreds.
 *
 * Its content is drawn when it is about to be seen for the first time. What assistive
 * technology reads is there from the beginning.
 */
export const Card = React.memo((props: ICardProps): JSX.Element => {
  const { card, commands, isSelected, model, nearness, pictures, trans } =
    props;
  const node = useRef<HTMLDivElement>(null);
  const [isNear, setNear] = useState(!nearness.isPossible);
  const [isDrawn, setDrawn] = useState(!nearness.isPossible);
  useEffect(
    () =>
      nearness.follow(node.current!, isNear => {
        setNear(isNear);
        setDrawn(isDrawn => isDrawn || isNear);
      }),
    [nearness]
  );
  useEffect(() => {
    if (isNear) {
      pictures.ask(card);
    }
  }, [card, isNear, pictures]);
  useEffect(
    () => (isNear ? () => pictures.cancel(card.id) : undefined),
    [card.id, isNear, pictures]
  );
  const select = () => model.select(card.id);
  const title = figureTitle(card, trans);
  const names = card.names.join(', ');
  const label = card.label === title ? '' : card.label;
  const nth = card.nth > 1 ? trans.__('no. %1', card.nth) : '';
  const size = card.bytes ? fileSize(card.bytes, trans) : '';
  const state = stateTexts(trans)[card.state];
  return (
    <div
      ref={node}
      className="jp-MplGuard-card"
      role="option"
      aria-label={[title, label, nth, names, state, size, card.why]
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
      {isDrawn ? (
        <Content
          card={card}
          line={[title === names ? '' : title, label, nth]
            .filter(Boolean)
            .join(' · ')}
          names={names}
          pictures={pictures}
          size={size}
          state={state}
          trans={trans}
        />
      ) : null}
    </div>
  );
});

/** Properties of the content of a card. */
interface IContentProps extends Pick<
  ICardProps,
  'card' | 'pictures' | 'trans'
> {
  readonly line: string;
  readonly names: string;
  readonly size: string;
  readonly state: string;
}

/** What is seen of a card. */
function Content(props: IContentProps): JSX.Element {
  const { card, line, names, pictures, size, state, trans } = props;
  const Icon = stateIcons[card.state].react;
  return (
    <>
      <Thumbnail card={card} pictures={pictures} trans={trans} />
      {names ? (
        <code className="jp-MplGuard-cardTitle" title={names}>
          {names}
        </code>
      ) : null}
      <div className="jp-MplGuard-cardLine">
        <span title={line}>{line}</span>
        <span className="jp-MplGuard-cardSize">{size}</span>
      </div>
      <span
        className="jp-MplGuard-chip"
        title={stateMeanings(trans)[card.state]}
      >
        <Icon className="jp-MplGuard-icon" tag="span" />
        {state}
      </span>
      {card.why ? <p className="jp-MplGuard-why">{card.why}</p> : null}
    </>
  );
}

/** The picture of a figure. */
function Thumbnail({
  card,
  pictures,
  trans
}: Pick<ICardProps, 'card' | 'pictures' | 'trans'>): JSX.Element {
  const texts = panelTexts(trans);
  const src = useSyncExternalStore(
    useCallback(
      (redraw: () => void) => pictures.follow(card.id, redraw),
      [card.id, pictures]
    ),
    () => pictures.get(card.id)
  );
  return (
    <div className="jp-MplGuard-frame">
      {src ? (
        <img
          className="jp-MplGuard-thumbnail"
          alt=""
          decoding="async"
          draggable={false}
          src={src}
        />
      ) : (
        <span className="jp-MplGuard-blank">
          {src === null ? texts.picture : texts.noPicture}
        </span>
      )}
    </div>
  );
}
