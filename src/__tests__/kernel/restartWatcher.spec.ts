import type { KernelEvent } from '../../kernel/restartWatcher';
import { RestartWatcher } from '../../kernel/restartWatcher';
import { FakeContext } from '../support/fakeKernel';

describe('RestartWatcher', () => {
  let kernel: FakeContext;
  let watcher: RestartWatcher;
  let events: KernelEvent[];

  beforeEach(() => {
    kernel = new FakeContext();
    watcher = new RestartWatcher(kernel.context);
    events = [];
    watcher.happened.connect((_, event) => {
      events.push(event);
    });
  });

  /** Return the events during an action. */
  function during(action: () => void): KernelEvent[] {
    events = [];
    action();
    return events;
  }

  it('does not take the start of a kernel for a restart', () => {
    kernel.start();
    expect(events).toEqual(['changed', 'connected']);
  });

  it('does not take a cell that runs for a restart', () => {
    kernel.start();
    expect(
      during(() => {
        kernel.status('busy');
        kernel.status('idle');
      })
    ).toEqual([]);
  });

  it('reports a restart in the menu once', () => {
    kernel.start();
    expect(during(() => kernel.restartFromMenu())).toEqual([
      'lost',
      'restarted'
    ]);
  });

  it('does not report a restart before the new process is connected', () => {
    kernel.start();
    expect(
      during(() => {
        kernel.isRestarting = true;
        kernel.ownStatus('restarting');
        // The old process answers the request to shut down.
        kernel.status('busy');
        kernel.status('idle');
      })
    ).toEqual(['lost']);
  });

  it('reports a restart by another client once', () => {
    kernel.start();
    expect(during(() => kernel.restartElsewhere())).toEqual([
      'lost',
      'restarted'
    ]);
  });

  it('reports a restart by another client whose "starting" was lost', () => {
    kernel.start();
    expect(
      during(() => {
        kernel.kernel.process = 'p2';
        kernel.status('busy');
        kernel.status('idle');
      })
    ).toEqual(['lost', 'restarted']);
  });

  it('reports a crash once', () => {
    kernel.start();
    expect(during(() => kernel.crash())).toEqual(['lost', 'restarted']);
  });

  it('reports two restarts in a row as two', () => {
    kernel.start();
    expect(
      during(() => {
        kernel.restartElsewhere();
        kernel.restartElsewhere();
      })
    ).toEqual(['lost', 'restarted', 'lost', 'restarted']);
  });

  it('reports a second "starting" without another status before', () => {
    kernel.start();
    kernel.kernel.process = 'p2';
    kernel.status('starting');
    expect(
      during(() => {
        kernel.kernel.process = 'p3';
        kernel.status('starting');
      })
    ).toEqual(['lost', 'restarted']);
  });

  it('does not take a status that the context emits again for a restart', () => {
    kernel.start();
    kernel.kernel.process = 'p2';
    kernel.status('starting');
    expect(during(() => kernel.statusChanged.emit('starting'))).toEqual([]);
  });

  it('does not take a network blip for a restart', () => {
    kernel.start();
    expect(
      during(() => {
        kernel.connection('connecting');
        kernel.connection('connected');
        kernel.status('busy');
        kernel.status('idle');
      })
    ).toEqual(['connected']);
  });

  it('reports a restart that happened while the network was away', () => {
    kernel.start();
    expect(
      during(() => {
        kernel.connection('connecting');
        kernel.kernel.process = 'p2';
        kernel.connection('connected');
        kernel.status('busy');
        kernel.status('idle');
      })
    ).toEqual(['connected', 'lost', 'restarted']);
  });

  it('does not take a change of the kernel for a restart', () => {
    kernel.start('k1');
    expect(
      during(() => {
        // The context emits "starting" for the kernel that is about to go.
        kernel.statusChanged.emit('starting');
        kernel.start('k2');
      })
    ).toEqual(['changed', 'connected']);
  });

  it('reports that the kernel is gone when it is dead', () => {
    kernel.start();
    expect(during(() => kernel.ownStatus('dead'))).toEqual(['changed']);
  });

  it('reports nothing after it was disposed of', () => {
    kernel.start();
    watcher.dispose();
    watcher.dispose();
    expect(watcher.isDisposed).toBe(true);
    expect(during(() => kernel.crash())).toEqual([]);
  });
});
