import {
  acceptDialog,
  dismissDialog,
  waitForDialog
} from '@jupyterlab/testing';
import { nullTranslator } from '@jupyterlab/translation';

import { askHowToSave } from '../../panel/actions/saveDialog';

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
