/**
 * Asks in which format figures are to be saved.
 */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';

import type { FigureFormat, IExport } from '../../kernel/figuresApi';
import { panelDialogs } from '../../ui/panelTexts';

const FORMATS: readonly FigureFormat[] = ['png', 'svg', 'pdf'];

/** Limits of what may be asked for, in dots per inch. */
const DPI = { least: 10, most: 2400 };

/** Ask; return null when the user thinks better of it. */
export async function askHowToSave(
  title: string,
  trans: TranslationBundle
): Promise<IExport | null> {
  const { accept, reject } = panelDialogs(trans).save;
  const answer = await showDialog({
    title,
    body: new SaveForm(trans),
    buttons: [
      Dialog.cancelButton({ label: reject }),
      Dialog.okButton({ label: accept })
    ]
  });
  return answer.button.accept ? answer.value : null;
}

/** The form in the dialog. */
class SaveForm extends ReactWidget implements Dialog.IBodyWidget<IExport> {
  constructor(trans: TranslationBundle) {
    super();
    this._trans = trans;
    this.addClass('jp-MplGuard-form');
  }

  /** Return what the user has chosen. */
  getValue(): IExport {
    return this._value;
  }

  protected override render(): JSX.Element {
    const texts = panelDialogs(this._trans).save;
    const { format, transparent } = this._value;
    return (
      <>
        <label>
          {texts.format}
          <select
            value={format}
            onChange={({ target }) =>
              this._change({ format: target.value as FigureFormat })
            }
          >
            {FORMATS.map(each => (
              <option key={each} value={each}>
                {each.toUpperCase()}
              </option>
            ))}
          </select>
        </label>
        <label>
          {texts.dpi}
          <input
            type="number"
            min={DPI.least}
            max={DPI.most}
            placeholder={texts.dpiDefault}
            onChange={({ target }) => {
              const wanted = Number(target.value);
              const isValid = wanted >= DPI.least && wanted <= DPI.most;
              this._change({ dpi: isValid ? wanted : undefined });
            }}
          />
        </label>
        <label>
          <input
            type="checkbox"
            checked={transparent ?? false}
            onChange={({ target }) =>
              this._change({ transparent: target.checked || undefined })
            }
          />
          {texts.transparent}
        </label>
      </>
    );
  }

  private _change(changes: Partial<IExport>): void {
    this._value = { ...this._value, ...changes };
    this.update();
  }

  private readonly _trans: TranslationBundle;
  private _value: IExport = { format: 'png' };
}
