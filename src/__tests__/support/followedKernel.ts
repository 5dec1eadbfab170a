/**
 * A stand-in for a kernel that a plot model follows.
 */
import { nullTranslator } from '@jupyterlab/translation';

import { PlotModel } from '../../kernel/plotModel';
import type { PlotState } from '../../plotState';
import type { IPreferences } from '../../tokens';
import { explain } from '../../ui/messages';
import { FakeContext } from './fakeKernel';
import { idle } from './fakeServer';
import { plotState } from './plotStates';

/** A fake kernel, the model that follows it, and the outcomes that the model has announced. */
export class FollowedKernel extends FakeContext {
  /** What the user has chosen. */
  readonly preferences: IPreferences = {
    enabled: true,
    hints: true,
    markStalePlots: true,
    notify: true
  };

  /** The model under test. */
  readonly model = this.follow();

  /** The outcomes of automatic restores. */
  readonly outcomes: PlotState[] = [];

  /** Make one more model of the kernel. */
  follow(): PlotModel {
    const model = new PlotModel({
      context: this.context,
      preferences: this.preferences,
      explain: error => explain(error, nullTranslator.load('jupyter_mpl_guard'))
    });
    model.outcome.connect((_, state) => {
      this.outcomes.push(state);
    });
    return model;
  }

  /** Start the kernel, and answer the request for its first state. */
  async known(state = plotState()): Promise<void> {
    this.start();
    await idle();
    await this.server.last.answer(state);
    this.server.requests.length = 0;
  }
}
