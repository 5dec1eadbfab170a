import { plotStateFrom } from '../../kernel/stateCheck';
import { figures, plotState, restore } from '../support/plotStates';

describe('plotStateFrom', () => {
  it('returns what is a plot state, and what it has besides', () => {
    const state = {
      ...plotState({ figures: figures(2), last_restore: restore() }),
      later: true
    };
    expect(plotStateFrom(state)).toBe(state);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['text', 'live'],
    ['an error', { message: 'There is no such kernel.' }],
    ['another version', { ...plotState(), version: 2 }],
    ['no incarnation', { ...plotState(), incarnation: null }],
    ['no message', { ...plotState(), message: undefined }],
    ['an unknown status', { ...plotState(), status: 'asleep' }],
    ['the name of a method', { ...plotState(), status: 'constructor' }],
    ['no figures', { ...plotState(), figures: null }],
    ['odd figures', { ...plotState(), figures: [null] }],
    ['an odd restore', { ...plotState(), last_restore: { restored: 1 } }]
  ])('returns null for %s', (_, value) => {
    expect(plotStateFrom(value)).toBeNull();
  });
});
