import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';

import { ServerHalfMissing } from '../../kernel/request';
import type { PlotState, PlotStatus } from '../../plotState';
import {
  badgeLabel,
  describe as sentence,
  explain,
  summary
} from '../../ui/messages';
import { figures, plotState, restore } from '../support/plotStates';

const trans = nullTranslator.load('jupyter_mpl_guard');

/** A state and the status that shows it. */
function subject(changes: Partial<PlotState>, error = '') {
  const state = plotState(changes);
  return { state, status: error ? ('error' as const) : state.status, error };
}

describe('messages', () => {
  it.each<[PlotStatus]>([
    ['unsupported'],
    ['absent'],
    ['live'],
    ['restoring'],
    ['restored'],
    ['partial'],
    ['offered'],
    ['pending'],
    ['paused'],
    ['error']
  ])('are whole sentences for "%s", and differ', status => {
    const text = summary(subject({ status }), trans);
    expect(text).toMatch(/^[A-Z].*\.$/);
    expect(text.length).toBeLessThanOrEqual(140);
    const live = summary(subject({ status: 'live' }), trans);
    expect(text === live).toBe(status === 'live');
  });

  it('name the backend and count the figures', () => {
    expect(sentence(subject({ backend: 'widget' }), trans)).toContain(
      'Backend widget.'
    );
    expect(sentence(subject({ figures: figures(1) }), trans)).toContain(
      'Backend inline with 1 figure.'
    );
    expect(sentence(subject({ figures: figures(2) }), trans)).toContain(
      'Backend inline with 2 figures.'
    );
  });

  it.each([
    ['restart', 'Restored after the restart: backend, rcParams.'],
    ['crash', 'Restored after the crash: backend, rcParams.'],
    ['manual', 'In force: backend, rcParams.']
  ] as const)('say what was restored after a %s', (trigger, expected) => {
    const last_restore = restore({ trigger });
    expect(
      summary(
        subject({ status: 'restored', incarnation: 2, last_restore }),
        trans
      )
    ).toBe(expected);
  });

  it("say that it was restored from the notebook's last kernel", () => {
    const last_restore = restore({ trigger: 'restart' });
    expect(summary(subject({ status: 'restored', last_restore }), trans)).toBe(
      "Restored from the notebook's last kernel: backend, rcParams."
    );
  });

  it('say so when there was nothing to restore', () => {
    const last_restore = restore({ restored: [] });
    expect(summary(subject({ status: 'restored', last_restore }), trans)).toBe(
      'There was nothing to restore.'
    );
  });

  it('name import names when they were restored, and only then', () => {
    const after = (restored: string[]) =>
      sentence(
        subject({
          status: 'restored',
          aliases: { plt: 'matplotlib.pyplot' },
          last_restore: restore({ restored })
        }),
        trans
      );
    expect(after(['backend', 'aliases'])).toContain('import names');
    expect(after(['backend'])).not.toContain('import names');
    expect(after([])).not.toContain('import names');
  });

  it('name what is missing, and why', () => {
    const last_restore = restore({
      missing: [
        { what: 'path.effects', why: 'It cannot be written as data.' },
        { what: 'mycmap', why: 'nobody registered it' }
      ]
    });
    const text = sentence(subject({ status: 'partial', last_restore }), trans);
    expect(text).toMatch(
      /^Restored from .+: backend, rcParams\. 2 things were not/
    );
    expect(text).toContain(
      'Missing: path.effects (It cannot be written as data).'
    );
    expect(text).toContain('Missing: mycmap (nobody registered it).');
  });

  it('say so when nothing of it was restored', () => {
    const last_restore = restore({
      restored: [],
      missing: [{ what: 'the figures', why: 'their list is gone' }]
    });
    expect(summary(subject({ status: 'partial', last_restore }), trans)).toBe(
      '1 thing was not restored.'
    );
  });

  it('offer figures in the words of the kernel, without counting them', () => {
    const message = 'Settings are back; 2 figures can be restored.';
    const offered = subject({
      status: 'offered',
      message,
      figures: figures(3)
    });
    expect(summary(offered, trans)).toBe(message);
    expect(sentence(offered, trans)).toBe(
      `${message} A click restores what is offered. Backend inline.`
    );
  });

  it('offer data in the words of the kernel, where there are no figures too', () => {
    const message =
      '14 variables, 31 MB from before the restart can be restored.';
    const data = { saved: 0, bytes: 0, waiting: [], unsaved: [], offered: 14 };
    const offered = subject({
      status: 'offered',
      message,
      data,
      backend: null
    });
    expect(sentence(offered, trans)).toBe(
      `${message} A click restores what is offered.`
    );
    expect(badgeLabel(offered, trans)).toBe('restore data');
    const both = subject({ status: 'offered', data, figures: figures(1) });
    expect(badgeLabel(both, trans)).toBe('restore figures');
  });

  it('say that data was restored', () => {
    const last_restore = restore({ restored: ['data', 'backend'] });
    expect(summary(subject({ status: 'restored', last_restore }), trans)).toBe(
      "Restored from the notebook's last kernel: imports and data, backend."
    );
  });

  it('count the figures that a crash would take', () => {
    const [one, two] = figures(2);
    expect(
      sentence(subject({ figures: [one, { ...two, saved: false }] }), trans)
    ).toMatch(/2 figures\. 1 figure is not saved\.$/);
  });

  it('pass on what the kernel has to say', () => {
    expect(
      sentence(subject({ status: 'paused', message: 'It died twice.' }), trans)
    ).toMatch(/paused for this kernel\. It died twice\.$/);
    expect(
      sentence(subject({ status: 'error', message: 'It broke.' }), trans)
    ).toMatch(/^It broke\./);
  });

  it('put an error of the page before everything else', () => {
    expect(sentence(subject({}, 'No way.'), trans)).toBe('No way.');
  });

  it('do not speak of what was before a restart while it is under way', () => {
    expect(
      sentence(
        { ...subject({ backend: 'widget' }), status: 'restoring' },
        trans
      )
    ).not.toContain('widget');
  });

  it('explain errors with what to do', () => {
    const missing = new ServerHalfMissing({ status: 404 } as Response);
    expect(explain(missing, trans)).toContain('pip install jupyter-mpl-guard');
    const away = new ServerConnection.NetworkError(new TypeError('x'));
    expect(explain(away, trans)).toContain('cannot be reached');
    expect(explain(new Error('As it is.'), trans)).toBe('As it is.');
    expect(explain('odd', trans)).toBe('odd');
  });
});

describe('the label of the badge', () => {
  it.each<[Partial<PlotState>, string]>([
    [{}, 'inline'],
    [{ backend: 'widget', figures: figures(2) }, 'widget · 2'],
    [{ status: 'absent', backend: null }, 'plots'],
    [{ status: 'restoring' }, 'restoring…'],
    [{ status: 'offered', figures: figures(2) }, 'restore figures'],
    [{ status: 'pending' }, 'waiting…'],
    [{ status: 'paused' }, 'paused'],
    [{ status: 'error' }, 'plot error']
  ])('of %j is "%s"', (changes, expected) => {
    expect(badgeLabel(subject(changes), trans)).toBe(expected);
  });
});
