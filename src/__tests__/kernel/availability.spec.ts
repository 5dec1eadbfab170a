import type { PlotState, PlotStatus } from '../../plotState';
import { presenceOf } from '../../kernel/availability';
import { FakeContext } from '../support/fakeKernel';
import { figures, plotState, restore } from '../support/plotStates';

/** Presence by a plot state, of a kernel that is there. */
function presence(changes: Partial<PlotState>, error = '') {
  const kernel = new FakeContext();
  kernel.start();
  const state = plotState(changes);
  return presenceOf(
    { error, state, status: error ? 'error' : state.status },
    kernel.context
  );
}

describe('presenceOf', () => {
  const [open, closed] = figures(2);
  open.canvas = 'c1';
  closed.canvas = 'c2';
  closed.open = false;

  it('tells the canvases that are there from those that are offered', () => {
    const { canvases, offered } = presence({
      status: 'offered',
      figures: [open, closed]
    });
    expect([...canvases]).toEqual(['c1']);
    expect([...offered]).toEqual(['c2']);
  });

  it('tells the figures that are back, of which there are none while they wait', () => {
    const all = [open.id, closed.id];
    const known = (status: PlotStatus) => [
      ...presence({ status, figures: [open, closed] }).figures
    ];
    expect([known('restored'), known('partial')]).toEqual([all, all]);
    expect([known('offered'), known('paused')]).toEqual([[], []]);
    // A kernel that is paused after its figures have come back still has them.
    const last_restore = restore({ restored: ['figures'] });
    const paused = presence({
      status: 'paused',
      figures: [open, closed],
      last_restore
    });
    expect([[...paused.figures], paused.isComplete]).toEqual([all, true]);
    expect(known('restoring')).toEqual([]);
  });

  it('has the canvases of figures that pyplot has let go of, unless they wait', () => {
    expect([...presence({ figures: [open, closed] }).canvases]).toEqual([
      'c1',
      'c2'
    ]);
    expect(
      presence({ status: 'paused', figures: [closed] }).canvases.size
    ).toBe(0);
  });

  it('takes closed figures for offered only while there is an offer', () => {
    expect(presence({ figures: [closed] }).offered.size).toBe(0);
  });

  it.each<[PlotStatus, string]>([
    ['absent', 'known'],
    ['live', 'known'],
    ['restored', 'known'],
    ['partial', 'known'],
    ['offered', 'known'],
    ['paused', 'known'],
    ['error', 'known'],
    ['restoring', 'unsettled'],
    ['pending', 'unsettled'],
    ['unsupported', 'unknown']
  ])('in status %s is %s', (status, kernel) => {
    expect(presence({ status, figures: [open] })).toMatchObject({
      kernel,
      canvases: { size: kernel === 'known' ? 1 : 0 }
    });
  });

  it('is unknown when nobody has answered', () => {
    expect(presence({}, 'The server cannot be reached.').kernel).toBe(
      'unknown'
    );
  });

  it('is none when there is no kernel and none on its way', () => {
    const context = new FakeContext();
    const { sessionManager } = context;
    const kernel = () =>
      presenceOf({ error: '', state: null, status: null }, context.context)
        .kernel;
    expect(kernel()).toBe('unknown');
    sessionManager.isReady = true;
    expect(kernel()).toBe('none');
    sessionManager.paths = ['b.ipynb', 'a.ipynb'];
    expect(kernel()).toBe('unknown');
    context.isReady = true;
    expect(kernel()).toBe('none');
    context.start();
    expect(kernel()).toBe('unknown');
    context.status('dead', 'the server');
    expect(kernel()).toBe('none');
  });

  it('is complete when all figures are back, and nothing is missing', () => {
    const back = restore({ restored: ['backend', 'figures'] });
    const part = restore({ ...back, missing: [{ what: 'fig', why: 'x' }] });
    expect(
      presence({ status: 'restored', last_restore: back }).isComplete
    ).toBe(true);
    expect(presence({ status: 'partial', last_restore: part }).isComplete).toBe(
      false
    );
    expect(
      presence({ status: 'restored', last_restore: restore() }).isComplete
    ).toBe(false);
    expect(presence({ status: 'live' }).isComplete).toBe(false);
  });
});
