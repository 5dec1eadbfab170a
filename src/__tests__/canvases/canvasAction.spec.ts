import type { IFacts } from '../../canvases/canvasAction';
import { fateOf } from '../../canvases/canvasAction';

/** What is known of a canvas that the kernel has and the page shows. */
const LIVE: IFacts = {
  view: 'live',
  hasModel: true,
  isLoading: false,
  isPresent: true,
  isFetched: false,
  kernel: 'known'
};

/** What is known of a canvas that nobody has any more. */
const DEAD: IFacts = {
  ...LIVE,
  view: 'dead',
  hasModel: false,
  isPresent: false
};

describe('the fate of a canvas', () => {
  it.each<[string, Partial<IFacts>, string]>([
    ['that lives is to live', {}, 'live'],
    [
      'that lives while the kernel restores is to live',
      { kernel: 'unsettled' },
      'live'
    ],
    [
      'that lives is to live whatever the plot state says',
      { isPresent: false },
      'live'
    ],
    ['that is back is to be drawn again', { view: 'dead' }, 'revive'],
    [
      'that is back is drawn again before the restore has ended',
      { view: 'dead', kernel: 'unsettled' },
      'revive'
    ],
    ['that is back takes the place of an error', { view: 'error' }, 'revive'],
    [
      'that is back takes the place of the one before',
      { view: 'replaced' },
      'revive'
    ],
    ['that is being drawn is left alone', { view: 'loading' }, 'leave'],
    ['that looks strange is left alone', { view: 'unknown' }, 'leave'],
    ['without a kernel is dead', { view: 'loading', kernel: 'none' }, 'dead']
  ])('%s', (_, changes, fate) => {
    expect(fateOf({ ...LIVE, ...changes })).toBe(fate);
  });

  it.each<[string, Partial<IFacts>, string]>([
    ['that nobody has is dead', {}, 'dead'],
    ['whose place shows an error is dead', { view: 'error' }, 'dead'],
    ['that may come back is left alone', { kernel: 'unsettled' }, 'leave'],
    ['is left alone where nobody can tell', { kernel: 'unknown' }, 'leave'],
    ['that the page may find yet is left alone', { isLoading: true }, 'leave'],
    ['that the kernel has is fetched', { isPresent: true }, 'fetch'],
    [
      'that could not be fetched is dead',
      { isPresent: true, isFetched: true },
      'dead'
    ],
    [
      'that the page cannot draw keeps its error',
      { view: 'error', isPresent: true, isFetched: true },
      'leave'
    ],
    ['that was closed keeps what it shows', { view: 'replaced' }, 'leave']
  ])('%s', (_, changes, fate) => {
    expect(fateOf({ ...DEAD, ...changes })).toBe(fate);
  });
});
