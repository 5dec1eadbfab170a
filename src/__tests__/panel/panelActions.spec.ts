import { Notification } from '@jupyterlab/apputils';

import { PanelCommandIDs } from '../../panel/actions/ids';
import { CommandIDs } from '../../ui/commands';
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

  it('restore a single figure, and ask before they dismiss one', async () => {
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

  describe('leave the keyboard focus', () => {
    const [one, two, three] = figures(3).map(figure => ({
      ...figure,
      open: false,
      state: 'offered' as const
    }));

    /** Show these figures, with the focus on one of them, and remove it; leave others in the kernel. */
    const remove = async (figure: string, left: (typeof one)[]) => {
      const card = panel.cards.find(({ dataset }) => dataset.figure === figure);
      card!.focus();
      await panel.drawn();
      void panel.commands.execute(PanelCommandIDs.dismiss);
      await idle();
      document.querySelector<HTMLElement>('.jp-Dialog .jp-mod-accept')!.click();
      await idle();
      await panel.kernel.server.last.answer(plotState({ figures: left }));
      await panel.drawn();
    };
    const focused = () =>
      (document.activeElement as HTMLElement).dataset.figure;

    it('to the next figure, the one before, or what says that there is none', async () => {
      await panel.kernel.known(plotState({ figures: [one, two, three] }));
      await panel.show();
      await remove(two.id, [one, three]);
      expect(focused()).toBe(three.id);
      expect(panel.model.selected!.id).toBe(three.id);
      await remove(three.id, [one]);
      expect(focused()).toBe(one.id);
      await remove(one.id, []);
      expect(document.activeElement!.textContent).toContain('No figures yet');
      // What comes later takes its place.
      panel.kernel.publish(plotState({ figures: [two] }));
      await panel.drawn();
      expect(focused()).toBe(two.id);
    });

    it('to the figure whose button is not there any more', async () => {
      await panel.kernel.known(plotState({ figures: [one, two] }));
      await panel.show();
      panel.cards[1].focus();
      await panel.drawn();
      panel.button(PanelCommandIDs.restore)!.focus();
      panel.button(PanelCommandIDs.restore)!.click();
      await idle();
      await panel.kernel.server.last.answer(
        plotState({ figures: [one, { ...two, state: 'live' }] })
      );
      await panel.drawn();
      expect(focused()).toBe(two.id);
    });

    it('where it is in the page', async () => {
      const elsewhere = document.body.appendChild(
        document.createElement('button')
      );
      await panel.kernel.known(plotState({ figures: [one, two] }));
      await panel.show();
      panel.cards[1].focus();
      elsewhere.focus();
      panel.kernel.publish(plotState({ figures: [one] }));
      await panel.drawn();
      expect(document.activeElement).toBe(elsewhere);
      elsewhere.remove();
    });
  });

  it('leave the last word to the next process when the kernel dies meanwhile', async () => {
    const { kernel } = panel;
    const { server } = kernel;
    const [figure] = figures(1);
    const offered = plotState({
      status: 'offered',
      figures: [{ ...figure, open: false, state: 'offered' }]
    });
    await kernel.known(offered);
    await panel.show();
    panel.button(PanelCommandIDs.restore)!.click();
    await idle();
    const { last } = server;
    kernel.crash();
    await idle();
    await last.answer({ message: 'The kernel has ended.' }, 404);
    await panel.drawn();
    expect(Notification.manager.notifications).toEqual([]);
    expect(panel.widget.node.querySelector('header')!.dataset.status).toBe(
      'restoring'
    );
    await server.last.answer({ ...offered, incarnation: 2 });
    await panel.drawn();
    expect(panel.cards[0].dataset.state).toBe('offered');
    expect(panel.button(PanelCommandIDs.restore)!.disabled).toBe(false);
  });

  it('say what is wrong when the server does not take them', async () => {
    const { server } = panel.kernel;
    await panel.kernel.known(plotState({ figures: figures(1) }));
    await panel.show();
    panel.button(PanelCommandIDs.close)!.click();
    await idle();
    document.querySelector<HTMLElement>('.jp-Dialog .jp-mod-accept')!.click();
    await idle();
    await server.last.answer({ message: 'It cannot be closed.' }, 409);
    await panel.drawn();
    const head = panel.widget.node.querySelector('header')!;
    expect(head.dataset.status).toBe('error');
    expect(head.textContent).toContain('It cannot be closed.');
    panel.button(CommandIDs.reinit)!.click();
    await idle();
    await server.last.answer(plotState({ figures: figures(1) }));
    await panel.drawn();
    expect(head.dataset.status).toBe('live');
  });

  it('insert the settings as a cell below the active one', async () => {
    await panel.kernel.known(plotState());
    void panel.commands.execute(PanelCommandIDs.insertCode);
    await idle();
    await panel.kernel.server.last.answer({ code: 'plt.ioff()\n' });
    expect(panel.inserted).toEqual([
      { index: 1, cell_type: 'code', source: 'plt.ioff()' }
    ]);
  });

  it('go to the cell of a figure in another notebook of the same kernel', async () => {
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
