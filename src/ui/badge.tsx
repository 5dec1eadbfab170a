/**
 * The badge in the notebook toolbar.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import React from 'react';

import type { IPlotModel } from '../tokens';
import { statusIcons } from './icons';
import { badgeLabel, describe } from './messages';

/** Shows a plot model in a toolbar; takes no room while nothing is known. */
export class PlotBadge extends VDomRenderer<IPlotModel> {
  /** Show `model`, and call `press` when the badge is clicked. */
  constructor(
    model: IPlotModel,
    press: (model: IPlotModel) => void,
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
    const description = describe(model, this._trans);
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
        aria-label={description}
        title={description}
        onClick={() => this._press(model)}
      >
        <Icon className="jp-MplGuard-icon" tag="span" />
        <span className="jp-MplGuard-label">
          {badgeLabel(model, this._trans)}
        </span>
      </button>
    );
  }

  private _hide(): void {
    const status = this.model.status;
    this.setHidden(status === null || status === 'unsupported');
  }

  private readonly _press: (model: IPlotModel) => void;
  private readonly _trans: TranslationBundle;
}
