import type { KernelMessage } from '@jupyterlab/services';

import {
  PLOT_STATE_MIMETYPE,
  cellFiguresIn,
  plotStateIn,
  supersedes
} from '../../kernel/iopub';
import type { PlotStatus } from '../../plotState';
import { plotState } from '../support/plotStates';

/** A message with data and metadata. */
function message(
  data: object,
  metadata: object = {},
  type = 'update_display_data'
): KernelMessage.IMessage {
  return {
    header: { msg_type: type },
    content: { data, metadata, transient: {} }
  } as Partial<KernelMessage.IMessage> as KernelMessage.IMessage;
}

describe('a message of the agent', () => {
  const data = { [PLOT_STATE_MIMETYPE]: plotState() };

  it('has a plot state', () => {
    expect(plotStateIn(message(data))).toEqual(plotState());
    expect(plotStateIn(message(data, {}, 'display_data'))).toBeNull();
    expect(plotStateIn(message({ 'text/plain': 'x' }))).toBeNull();
  });

  it('has the figures that a cell may have shown', () => {
    const drawn = { cell: 'constructor', figures: ['f1', null] };
    expect(cellFiguresIn(message(data, { drawn }))).toEqual(drawn);
    expect(cellFiguresIn(message({}, { drawn }))).toBeNull();
  });

  it.each([
    undefined,
    null,
    'a',
    { figures: [] },
    { cell: 'a' },
    { cell: 'a', figures: [1] }
  ])('has no figures in %j', drawn => {
    expect(cellFiguresIn(message(data, { drawn }))).toBeNull();
  });
});

describe('supersedes', () => {
  it.each<[PlotStatus, number, PlotStatus, number, boolean]>([
    ['restored', 2, 'restoring', 2, true],
    ['restored', 2, 'partial', 2, true],
    ['live', 3, 'restored', 2, true],
    ['live', 1, 'restored', 2, false],
    ['restoring', 2, 'restored', 2, false],
    ['live', 2, 'paused', 2, false],
    ['live', 2, 'pending', 2, false],
    ['live', 2, 'error', 2, false],
    ['live', 2, 'unsupported', 2, false]
  ])('of "%s" in %i and the answer "%s" in %i is %s', (...row) => {
    const [sent, inSent, answer, inAnswer, expected] = row;
    expect(
      supersedes(
        plotState({ status: sent, incarnation: inSent }),
        plotState({ status: answer, incarnation: inAnswer })
      )
    ).toBe(expected);
  });
});
