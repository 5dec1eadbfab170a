/**
 * Asks for the format in which figures are saved.
 */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import type { FigureFormat, IExport } from '../../kernel/figuresApi';
import { panelDialogs } from '../../ui/panelTexts';

const FORMATS: readonly FigureFormat[] = ['png', 'svg', 'pdf'];

/** The limits of the resolution, in dots per inch, as `ExportRequest` of the OpenAPI document has them. */
export const DPI = { least: 1, most: 2400 };

/** Ask how to save figures; return null when the user cancels. */
export async function askHowToSave(
  title: string,
  trans: TranslationBundle
): Promise<IExport | null> {
  const { accept } = panelDialogs(trans).save;
  const answer = await showDialog({
    title,
    body: new SaveForm(trans),
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: accept })]
  });
  return answer.button.accept ? answer.value : null;
}

/** The form in the dialog; it is built at once, so that the dialog can take the keyboard focus. */
class SaveForm extends Widget implements Dialog.IBodyWidget<IExport> {
  constructor(trans: TranslationBundle) {
    super();
    this.addClass('jp-MplGuard-form');
    const texts = panelDialogs(trans).save;
    for (const format of FORMATS) {
      this._format.add(new Option(format.toUpperCase(), format));
    }
    const { least, most } = DPI;
    Object.assign(this._dpi, {
      type: 'number',
      min: least,
      max: most,
      step: 'any',
      placeholder: texts.dpiDefault
    });
    this._transparent.type = 'checkbox';
    this._add(texts.format, this._format);
    this._add(texts.dpi(least, most), this._dpi);
    this._add(this._transparent, texts.transparent);
  }

  /** Return what the user has chosen. */
  getValue(): IExport {
    const { validity, valueAsNumber } = this._dpi;
    return {
      format: this._format.value as FigureFormat,
      dpi: (validity.valid && valueAsNumber) || undefined,
      transparent: this._transparent.checked || undefined
    };
  }

  private _add(...parts: (string | HTMLElement)[]): void {
    const label = document.createElement('label');
    label.append(...parts);
    this.node.append(label);
  }

  private readonly _format = document.createElement('select');
  private readonly _dpi = document.createElement('input');
  private readonly _transparent = document.createElement('input');
}
