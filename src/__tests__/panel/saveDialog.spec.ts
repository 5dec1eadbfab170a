import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  acceptDialog,
  dismissDialog,
  waitForDialog
} from '@jupyterlab/testing';
import { nullTranslator } from '@jupyterlab/translation';

import { DPI, askHowToSave } from '../../panel/actions/saveDialog';

const ask = () => askHowToSave('Save figure', nullTranslator.load(''));

const dialog = () => document.querySelector('.jp-Dialog')!;

describe('askHowToSave', () => {
  it('has the focus as soon as it is there, and goes with Escape', async () => {
    const answer = ask();
    await waitForDialog();
    expect(dialog().contains(document.activeElement)).toBe(true);
    await dismissDialog();
    expect(await answer).toBeNull();
  });

  it('takes the dots per inch that the server takes, and says which', async () => {
    const document = readFileSync(
      join(__dirname, '../../../jupyter_mpl_guard/schemas/openapi.yaml'),
      'utf8'
    );
    const [, least, most] =
      / ExportRequest:\n[^]*? dpi:\n.*\n *minimum: (\d+)\n *maximum: (\d+)/.exec(
        document
      )!;
    expect([String(DPI.least), String(DPI.most)]).toEqual([least, most]);

    const answer = ask();
    await waitForDialog();
    const [dpi] = dialog().getElementsByTagName('input');
    expect(dialog().textContent).toContain(
      `Dots per inch, ${least} to ${most}`
    );
    const isValid = (value: string) => {
      dpi.value = value;
      return dpi.validity.valid;
    };
    expect(['0', least, '72.5', most, '2401'].map(isValid)).toEqual([
      false,
      true,
      true,
      true,
      false
    ]);
    await acceptDialog();
    // What the server would refuse is left to the figure.
    expect(await answer).toEqual({ format: 'png' });
  });

  it('returns what was chosen', async () => {
    const first = ask();
    await acceptDialog();
    expect(await first).toEqual({ format: 'png' });

    const answer = ask();
    await waitForDialog();
    const [format] = dialog().getElementsByTagName('select');
    const [dpi, transparent] = dialog().getElementsByTagName('input');
    format.value = 'svg';
    dpi.value = '300';
    transparent.click();
    await acceptDialog();
    expect(await answer).toEqual({
      format: 'svg',
      dpi: 300,
      transparent: true
    });
  });
});
