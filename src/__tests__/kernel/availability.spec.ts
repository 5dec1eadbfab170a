import type { PlotState, PlotStatus } from '../../plotState';
import { availabilityOf } from '../../kernel/availability';
import { FakeContext } from '../support/fakeKernel';
import { figures, plotState, restore } from '../support/plotStates';

/** Return what a running kernel has, according to a plot state. */
function availability(changes: Partial<PlotState>, error = '') {
  const kernel = new FakeContext();
  kernel.start();
  const state = plotState(changes);
  return availabilityOf(
    { error, state, status: error ? 'error' : state.status },
    kernel.context
  );
}

describe('availabilityOf', () => {
  const [open, closed] = figures(2);
  open.canvas = 'c1';
  closed.canvas = 'c2';
  closed.open = false;

  it('distinguishes the canvases that are there from those that are offered', () => {
    const { canvases, offered } = availability({
      status: 'offered',
      figures: [open, closed]
    });
    expect([...canvases]).toEqual(['c1']);
    expect([...offered]).toEqual(['c2']);
  });

  it('has the figures that were restored, of which there are none while they wait', () => {
    const all = [open.id, closed.id];
    const known = (status: PlotStatus) => [
      ...availability({ status, figures: [open, closed] }).figures
    ];
    expect([known('restored'), known('partial')]).toEqual([all, all]);
    expect([known('offered'), known('paused')]).toEqual([[], []]);
    // A kernel that is paused after its figures were restored still has them.
    const last_restore = restore({ restored: ['figures'] });
    const paused = availability({
      status: 'paused',
      figures: [open, closed],
      last_restore
    });
    expect([[...paused.figures], paused.isComplete]).toEqual([all, true]);
    expect(known('restoring')).toEqual([]);
  });

  it('has the canvases of figures that pyplot has closed, unless they wait', () => {
    expect([...availability({ figures: [open, closed] }).canvases]).toEqual([
      'c1',
      'c2'
    ]);
    expect(
      availability({ status: 'paused', figures: [closed] }).canvases.size
    ).toBe(0);
  });

  it('has closed figures as offered ones only while there is an offer', () => {
    expect(availability({ figures: [closed] }).offered.size).toBe(0);
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
    expect(availability({ status, figures: [open] })).toMatchObject({
      kernel,
      canvases: { size: kernel === 'known' ? 1 : 0 }
    });
  });

  it('is unknown when the server has not answered', () => {
    expect(availability({}, 'The server cannot be reached.').kernel).toBe(
      'unknown'
    );
  });

  it('is none when there is no kernel and none will start', () => {
    const context = new FakeContext();
    const { sessionManager } = context;
    const kernel = () =>
      availabilityOf({ error: '', state: null, status: null }, context.context)
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

  it('is complete when all figures were restored, and nothing is missing', () => {
    const back = restore({ restored: ['backend', 'figures'] });
    const part = restore({ ...back, missing: [{ what: 'fig', why: 'x' }] });
    expect(
      availability({ status: 'restored', last_restore: back }).isComplete
    ).toBe(true);
    expect(
      availability({ status: 'partial', last_restore: part }).isComplete
    ).toBe(false);
    expect(
      availability({ status: 'restored', last_restore: restore() }).isComplete
    ).toBe(false);
    expect(availability({ status: 'live' }).isComplete).toBe(false);
  });
});
