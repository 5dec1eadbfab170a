import { Signal } from '@lumino/signaling';
import { nullTranslator } from '@jupyterlab/translation';
import { StateDB } from '@jupyterlab/statedb';

import { Hints } from '../../hints/hints';
import { OutputSync } from '../../notebook/outputSync';
import { Staleness } from '../../notebook/staleness';
import { Decorations } from '../../outputs/decorations';
import type { OutputAreas } from '../../outputs/outputAreas';
import { FollowedKernel } from '../support/followedKernel';
import { idle } from '../support/fakeServer';

/** Output areas without outputs, which count how often they are looked through. */
class FakeAreas {
  readonly changed = new Signal<this, void>(this);
  readonly produced = new Signal<this, string>(this);
  count = 0;
  onOutputs = () => undefined as void;

  outputs(): never[] {
    this.count += 1;
    this.onOutputs();
    return [];
  }

  dispose(): void {
    Signal.clearData(this);
  }
}

describe('OutputSync', () => {
  let kernel: FollowedKernel;
  let areas: FakeAreas;
  let store: StateDB;
  let staleness: Staleness;
  let sync: OutputSync;
  let frames: (() => void)[];

  /** A document whose notebook can be renamed. */
  const context = {
    path: '',
    pathChanged: new Signal<object, string>({}),
    ready: Promise.resolve()
  };

  beforeEach(async () => {
    frames = [];
    jest
      .spyOn(window, 'requestAnimationFrame')
      .mockImplementation(frame => frames.push(() => frame(0)));
    jest.spyOn(window, 'cancelAnimationFrame').mockImplementation(id => {
      frames[id - 1] = () => undefined;
    });
    context.path = 'a.ipynb';
    kernel = new FollowedKernel();
    await kernel.known();
    areas = new FakeAreas();
    store = new StateDB();
    staleness = new Staleness(store);
    const trans = nullTranslator.load('jupyter_mpl_guard');
    const sessionContext = Object.assign(kernel, { ready: Promise.resolve() });
    Object.assign(sessionContext.sessionManager, { ready: Promise.resolve() });
    sync = new OutputSync({
      areas: areas as object as OutputAreas,
      context: Object.assign(context, { sessionContext }) as object as never,
      decorations: new Decorations(() => undefined, trans),
      hints: new Hints({
        model: kernel.model,
        preferences: kernel.preferences,
        restore: () => undefined,
        trans
      }),
      model: kernel.model,
      preferences: kernel.preferences,
      staleness
    });
    await draw();
    areas.count = 0;
  });

  afterEach(() => {
    sync.dispose();
    kernel.model.dispose();
    jest.restoreAllMocks();
  });

  /** Draw a frame, and wait until the work for it is done. */
  async function draw(): Promise<void> {
    await idle();
    frames.splice(0).forEach(frame => frame());
    await idle();
  }

  it('works once in a frame, however often something has changed', async () => {
    areas.changed.emit();
    areas.changed.emit();
    kernel.status('busy');
    expect(areas.count).toBe(0);
    await draw();
    expect(areas.count).toBe(1);
    await draw();
    expect(areas.count).toBe(1);
  });

  it('works again when something changes meanwhile', async () => {
    areas.onOutputs = () => {
      areas.onOutputs = () => undefined;
      areas.changed.emit();
    };
    areas.changed.emit();
    await draw();
    expect(areas.count).toBe(1);
    await draw();
    expect(areas.count).toBe(2);
  });

  it('works again after an output that is not as expected', async () => {
    const warn = jest.spyOn(console, 'warn').mockReturnValue(undefined);
    areas.onOutputs = () => {
      throw new TypeError('odd');
    };
    areas.changed.emit();
    await draw();
    expect(warn).toHaveBeenCalledTimes(1);
    areas.changed.emit();
    await draw();
    expect(areas.count).toBe(2);
  });

  it('keeps marks under the new path when the notebook is renamed', async () => {
    staleness.end(['a'], null);
    areas.changed.emit();
    await draw();
    const keys = async () => (await store.list('jupyter-mpl-guard')).ids;
    expect(await keys()).toEqual(['jupyter-mpl-guard:stale:a.ipynb']);
    rename('b.ipynb');
    await draw();
    expect(await keys()).toEqual(['jupyter-mpl-guard:stale:b.ipynb']);
  });

  it('does nothing any more when it is disposed of', async () => {
    areas.changed.emit();
    sync.dispose();
    kernel.status('busy');
    sync.schedule();
    await draw();
    expect(areas.count).toBe(0);
  });

  /** Rename the notebook. */
  function rename(path: string): void {
    context.path = path;
    context.pathChanged.emit(path);
  }
});
