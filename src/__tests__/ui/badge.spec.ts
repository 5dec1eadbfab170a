import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { PlotBadge } from '../../ui/badge';
import type { IPlotModel } from '../../tokens';
import { idle } from '../support/fakeServer';
import { FollowedKernel } from '../support/followedKernel';
import { figures, plotState } from '../support/plotStates';

describe('PlotBadge', () => {
  const trans = nullTranslator.load('jupyter_mpl_guard');
  let kernel: FollowedKernel;
  let model: IPlotModel;
  let badge: PlotBadge;
  let pressed: IPlotModel[];

  beforeEach(() => {
    kernel = new FollowedKernel();
    model = kernel.model;
    pressed = [];
    badge = new PlotBadge(
      model,
      each => {
        pressed.push(each);
      },
      trans
    );
    Widget.attach(badge, document.body);
  });

  afterEach(() => {
    badge.dispose();
    model.dispose();
  });

  /** The button, once everything is drawn. */
  async function button(): Promise<HTMLButtonElement> {
    await idle();
    MessageLoop.flush();
    await idle();
    return badge.node.querySelector('button')!;
  }

  it('takes no room while nothing is known', async () => {
    expect(badge.isHidden).toBe(true);
    await kernel.known(plotState());
    await button();
    expect(badge.isHidden).toBe(false);
    kernel.change(null);
    await button();
    expect(badge.isHidden).toBe(true);
  });

  it('takes no room for a kernel that is not Python', async () => {
    await kernel.known(plotState({ status: 'unsupported', backend: null }));
    const node = await button();
    expect(badge.isHidden).toBe(true);
    expect(node.dataset.status).toBe('unsupported');
  });

  it('shows status, backend and figures, and names them in a sentence', async () => {
    await kernel.known(plotState({ backend: 'widget', figures: figures(2) }));
    const node = await button();
    expect(node.dataset).toMatchObject({
      status: 'live',
      backend: 'widget',
      figures: '2'
    });
    expect(node.textContent).toContain('widget · 2');
    expect(node.getAttribute('role')).toBe('button');
    expect(node.getAttribute('aria-label')).toContain('Backend widget');
    expect(node.title).toBe(node.getAttribute('aria-label'));
  });

  it('has an empty backend while Matplotlib is not imported', async () => {
    await kernel.known(plotState({ status: 'absent', backend: null }));
    expect((await button()).dataset.backend).toBe('');
  });

  it('follows the agent, and says that it is busy during a restore', async () => {
    await kernel.known(plotState());
    kernel.publish(plotState({ backend: 'agg' }));
    expect((await button()).dataset.backend).toBe('agg');
    kernel.restartElsewhere();
    const node = await button();
    expect(node.dataset.status).toBe('restoring');
    expect(node.getAttribute('aria-busy')).toBe('true');
  });

  it('draws another shape for each status', async () => {
    await kernel.known(plotState());
    const shapes = new Set<string>();
    const statuses = [
      'absent',
      'live',
      'restoring',
      'restored',
      'partial',
      'offered',
      'pending',
      'paused',
      'error'
    ] as const;
    for (const status of statuses) {
      kernel.publish(plotState({ status }));
      shapes.add((await button()).querySelector('svg')!.innerHTML);
    }
    expect(shapes.size).toBe(statuses.length);
  });

  it('is pressed with a click', async () => {
    await kernel.known(plotState());
    (await button()).click();
    expect(pressed).toEqual([model]);
  });
});
