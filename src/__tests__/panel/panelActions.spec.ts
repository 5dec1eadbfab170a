import { Notification } from '@jupyterlab/apputils';

import { PanelCommandIDs } from '../../panel/actions/ids';
import { idle } from '../support/fakeServer';
import { figures, plotState } from '../support/plotStates';
import { ShownPanel } from '../support/shownPanel';

describe('The actions of the panel', () => {
  let panel: ShownPanel;

  beforeEach(() => {
    panel = new ShownPanel();
  });

  afterEach(() => {
    panel.dispose();
    Notification.manager.dismiss();
  });

  it('restores a single figure, and asks before it dismisses one', async () => {
    const [figure] = figures(1);
    const offered = plotState({
      status: 'offered',
      figures: [{ ...figure, open: false, state: 'offered' }]
    });
    await panel.kernel.known(offered);
    await panel.show();
    panel.button(PanelCommandIDs.restore)!.click();
    await idle();
    expect(panel.kernel.server.last.body).toEqual({
      kernel_id: 'k1',
      figures: ['f0']
    });
    await panel.kernel.server.last.answer(
      plotState({ figures: [{ ...figure, state: 'live' }] })
    );
    // What is said is about this figure, whatever the state of the kernel is called.
    expect(
      Notification.manager.notifications.map(each => each.message)
    ).toEqual(['Restored: figure 1 (fig).']);
    panel.kernel.publish(offered);
    await panel.drawn();
    panel.button(PanelCommandIDs.dismiss)!.click();
    await idle();
    const requests = panel.kernel.server.log.length;
    document.querySelector<HTMLElement>('.jp-Dialog .jp-mod-accept')!.click();
    await idle();
    expect(panel.kernel.server.log.slice(requests)).toEqual([
      'DELETE /base/mpl-guard/kernels/k1/figures/f0'
    ]);
  });

  it('goes to the cell of a figure in another notebook of the same kernel', async () => {
    const [one, two] = figures(2);
    panel.others = [panel.notebook('b.ipynb', ['c3'])];
    await panel.kernel.known(
      plotState({
        figures: [
          { ...one, cell: 'c3' },
          { ...two, cell: 'closed' }
        ]
      })
    );
    await panel.show();
    const [card] = panel.cards;
    card.focus();
    await panel.press('Enter');
    expect(panel.activated).toEqual(['b.ipynb']);
    const isEnabled = (figure: string) =>
      panel.commands.isEnabled(PanelCommandIDs.goToCell, { figure });
    expect(['f0', 'f1'].map(isEnabled)).toEqual([true, false]);
  });
});
