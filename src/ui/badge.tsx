/**
 * The badge in the notebook toolbar.
 */
import { VDomRenderer } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import React from 'react';

import { statusIcons } from './icons';
import type { PlotModel } from '../kernel/plotModel';
import type { ISubject } from './messages';
import { describe } from './messages';

/** The short text beside the icon. */
export function label(
  { status, state }: ISubject,
  trans: TranslationBundle
): string {
  switch (status) {
    case 'restoring':
      return trans.__('restoring…');
    case 'pending':
      return trans.__('waiting…');
    case 'paused':
      return trans.__('paused');
    case 'error':
      return trans.__('plot error');
    case 'offered':
      return trans.__('restore figures');
    case 'absent':
    case 'live':
    case 'partial':
    case 'restored':
    case 'unsupported':
    case null:
      break;
  }
  if (!state?.backend) {
    return trans.__('plots');
  }
  const count = state.figures.length;
  return count ? `${state.backend} · ${count}` : state.backend;
}

/** Shows a plot model in a toolbar; takes no room while there is nothing to tell. */
export class PlotBadge extends VDomRenderer<PlotModel> {
  /** Show `model`, and call `press` when the badge is clicked. */
  constructor(
    model: PlotModel,
    press: (model: PlotModel) => void,
    trans: TranslationBundle
  ) {
    super(model);
    this._press = press;
    this._trans = trans;
    this.addClass('jp-MplGuard');
    this._hide();
  }

  protected override onUpdateRequest(message: Message): void {
    this._hide();
    super.onUpdateRequest(message);
  }

  protected override render(): JSX.Element | null {
    const model = this.model;
    const { state } = model;
    const status = model.status ?? 'unsupported';
    const sentence = describe(model, this._trans);
    const Icon = statusIcons[status].react;
    return (
      <button
        type="button"
        role="button"
        className="jp-MplGuard-badge"
        data-status={status}
        data-backend={state?.backend ?? ''}
        data-figures={state?.figures.length ?? 0}
        aria-busy={status === 'restoring'}
        aria-label={sentence}
        title={sentence}
        onClick={() => this._press(model)}
      >
        <Icon className="jp-MplGuard-icon" tag="span" />
        <span className="jp-MplGuard-label">{label(model, this._trans)}</span>
      </button>
    );
  }

  private _hide(): void {
    const status = this.model.status;
    this.setHidden(status === null || status === 'unsupported');
  }

  private readonly _press: (model: PlotModel) => void;
  private readonly _trans: TranslationBundle;
}
