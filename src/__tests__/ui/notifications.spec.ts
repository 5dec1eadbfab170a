import type { PlotStatus } from '../../plotState';
import { leftSomethingOut } from '../../ui/notifications';
import { plotState, restore } from '../support/plotStates';

describe('leftSomethingOut', () => {
  const missing = [{ what: 'fig', why: 'x' }];

  it.each<[PlotStatus, boolean]>([
    ['partial', true],
    ['offered', true],
    ['restored', false],
    ['live', false],
    ['absent', false],
    ['error', false],
    ['paused', false],
    ['pending', false],
    ['restoring', false],
    ['unsupported', false]
  ])('in status %s, with something missing, is %s', (status, expected) => {
    const last_restore = restore({ missing });
    expect(leftSomethingOut(plotState({ status, last_restore }))).toBe(
      expected
    );
    expect(leftSomethingOut(plotState({ status }))).toBe(false);
    expect(
      leftSomethingOut(plotState({ status, last_restore: restore() }))
    ).toBe(false);
  });
});
