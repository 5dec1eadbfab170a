/**
 * The upper part of the panel: the status, what can be done with all plots and with the selected figure.
 */
import { LabIcon, deleteIcon, refreshIcon } from '@jupyterlab/ui-components';
import React from 'react';

import { pathOf } from '../outputs/plotPanel';
import { CommandIDs } from '../ui/commands';
import { plotsIcon, statusIcons } from '../ui/icons';
import { summary } from '../ui/messages';
import { emptyTexts, panelTexts } from '../ui/panelTexts';
import { PanelCommandIDs } from './actions/ids';
import { SIZES } from './panelModel';
import type { IButtonProps, ISectionProps } from './section';
import { WordButton, calling } from './section';

/** The status in a sentence, and what can be done with all plots. */
export function Head(props: ISectionProps): JSX.Element | null {
  const { model, trans } = props;
  const { figures, plots } = model;
  const status = plots?.status ?? null;
  if (!figures || !plots || status === null || status === 'unsupported') {
    return null;
  }
  const texts = panelTexts(trans);
  const Icon = statusIcons[status].react;
  const { reinit, toggle } = CommandIDs;
  return (
    <header className="jp-MplGuard-head" data-status={status}>
      <div className="jp-MplGuard-headLine">
        <h2 title={pathOf(figures.panel)}>{figures.panel.title.label}</h2>
        <div role="toolbar" aria-label={texts.kernelActions}>
          <IconButton {...props} id={reinit} icon={refreshIcon} />
          {status === 'paused' ? null : (
            <IconButton
              {...props}
              id={toggle}
              icon={statusIcons.paused}
              label={texts.pause}
            />
          )}
          <IconButton {...props} id={PanelCommandIDs.saveAll} />
          <IconButton {...props} id={CommandIDs.forget} icon={deleteIcon} />
        </div>
      </div>
      <p className="jp-MplGuard-status" aria-live="polite">
        <Icon className="jp-MplGuard-icon" tag="span" />
        <span>{summary(plots, trans)}</span>
      </p>
      {status === 'paused' || status === 'error' ? (
        <div className="jp-MplGuard-buttons">
          <WordButton
            {...props}
            {...(status === 'paused'
              ? { id: toggle, label: texts.resume }
              : { id: reinit, label: texts.retry })}
            isFirst
          />
        </div>
      ) : null}
    </header>
  );
}

/** What can be done with all figures that are offered; nothing when none are. */
export function Offer(props: ISectionProps): JSX.Element | null {
  const { model, trans } = props;
  const count = model.cards.filter(({ state }) => state === 'offered').length;
  if (!count || model.plots?.status !== 'offered') {
    return null;
  }
  const texts = panelTexts(trans);
  const { dismissFigures, restoreFigures } = CommandIDs;
  return (
    <div className="jp-MplGuard-offer">
      <p>{texts.offer(count)}</p>
      <div className="jp-MplGuard-buttons">
        <WordButton
          {...props}
          id={restoreFigures}
          label={texts.restoreAll}
          isFirst
        />
        <WordButton {...props} id={dismissFigures} label={texts.dismissAll} />
      </div>
    </div>
  );
}

/** What can be done with the selected figure, and the size of the pictures. */
export function Tools(props: ISectionProps): JSX.Element {
  const { model, trans } = props;
  const texts = panelTexts(trans);
  const { close, copy, dismiss, goToCell, open, restore, save } =
    PanelCommandIDs;
  return (
    <div className="jp-MplGuard-tools">
      <div role="toolbar" aria-label={texts.figureActions}>
        {[restore, goToCell, open, copy, save, dismiss, close].map(id => (
          <IconButton key={id} {...props} id={id} />
        ))}
      </div>
      <input
        type="range"
        aria-label={texts.size}
        title={texts.size}
        min={SIZES.smallest}
        max={SIZES.largest}
        step={SIZES.step}
        value={model.size}
        onChange={({ target }) => model.zoom(Number(target.value))}
      />
    </div>
  );
}

/** What is shown in place of figures when there are none. */
export function Empty({ model, trans }: ISectionProps): JSX.Element {
  const { figures, plots } = model;
  const { body, title } = emptyTexts(
    plots?.status ?? null,
    { notebook: figures !== null, kernel: !!plots?.kernelId },
    trans
  );
  return (
    <div className="jp-MplGuard-empty" tabIndex={-1}>
      <plotsIcon.react tag="span" className="jp-MplGuard-emptyIcon" />
      <p className="jp-MplGuard-emptyTitle">{title}</p>
      <p>{body}</p>
    </div>
  );
}

/** A button with an icon; none while its command has nothing to act on. */
function IconButton(
  props: IButtonProps & { readonly icon?: LabIcon }
): JSX.Element | null {
  const { commands, id } = props;
  if (!commands.isVisible(id)) {
    return null;
  }
  const label = props.label ?? commands.label(id);
  const icon = props.icon ?? commands.icon(id);
  const Icon = icon instanceof LabIcon ? icon : plotsIcon;
  return (
    <button
      {...calling(props)}
      className="jp-MplGuard-action"
      aria-label={label}
      title={label}
    >
      <Icon.react className="jp-MplGuard-icon" tag="span" />
    </button>
  );
}
