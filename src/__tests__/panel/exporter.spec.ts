import { Notification } from '@jupyterlab/apputils';

import { PanelCommandIDs } from '../../panel/actions/ids';
import { idle } from '../support/fakeServer';
import { figures, plotState } from '../support/plotStates';
import { ShownPanel } from '../support/shownPanel';

describe('Figures that leave the page', () => {
  const path = 'POST /base/mpl-guard/kernels/k1/figures';
  let panel: ShownPanel;
  /** The names of the files that were saved. */
  let saved: string[];

  beforeEach(async () => {
    panel = new ShownPanel();
    saved = [];
    URL.createObjectURL = () => 'blob:file';
    URL.revokeObjectURL = () => undefined;
    jest
      .spyOn(HTMLAnchorElement.prototype, 'click')
      .mockImplementation(function (this: HTMLAnchorElement) {
        saved.push(this.download);
      });
    const [one, two, three] = figures(3);
    const label = 'residuals';
    await panel.kernel.known(
      plotState({
        figures: [
          one,
          { ...two, number: 1, names: ['hist', 'axs'] },
          { ...three, names: [], label }
        ]
      })
    );
    await panel.show();
  });

  afterEach(() => {
    panel.dispose();
    jest.restoreAllMocks();
    Notification.manager.dismiss();
  });

  /** Return the sentences that were said, the latest first, and forget them. */
  function said(): string[] {
    const sentences = Notification.manager.notifications.map(
      each => each.message
    );
    Notification.manager.dismiss();
    return sentences;
  }

  /** Press a button, choose a format in its dialog, and return the question. */
  async function save(command: string, format: string): Promise<string> {
    panel.button(command)!.click();
    await idle();
    const dialog = document.querySelector('.jp-Dialog')!;
    const question = dialog.querySelector('.jp-Dialog-header')!.textContent!;
    dialog.querySelector('select')!.value = format;
    dialog.querySelector<HTMLElement>('.jp-mod-accept')!.click();
    await idle();
    return question;
  }

  it.each(['png', 'svg', 'pdf'])('are drawn as %s', async format => {
    expect(await save(PanelCommandIDs.save, format)).toBe(
      'Save figure 1 (fig)'
    );
    const { log, last } = panel.kernel.server;
    expect([log, last.body]).toEqual([[`${path}/f0/export`], { format }]);
    await last.answer('content');
    expect(saved).toEqual([`a-figure-1-fig.${format}`]);
    expect(said()).toEqual(['Saved: figure 1 (fig).']);
  });

  it('are saved all at once, each by the best that there is of it', async () => {
    const { server } = panel.kernel;
    expect(await save(PanelCommandIDs.saveAll, 'svg')).toBe('Save all figures');
    await server.last.answer('content');
    await server.last.answer({ message: 'It cannot be drawn.' }, 409);
    await server.last.answer('picture');
    // The kernel has died.
    await server.last.answer({ message: 'The kernel has ended.' }, 404);
    await server.last.answer('', 204);
    expect(saved).toEqual(['a-figure-1-fig.svg', 'a-figure-1-hist.png']);
    expect(said()).toEqual([
      '2 figures were saved. Only the last picture was saved, because the kernel could not draw it: figure 1 (hist, axs). It cannot be drawn. The kernel has ended.',
      'Not saved, because there is no picture: figure 3. It cannot be drawn. The kernel has ended.'
    ]);
  });

  it('are named once where only the last picture is saved', async () => {
    const { server } = panel.kernel;
    await save(PanelCommandIDs.save, 'svg');
    await server.last.answer({ message: 'It cannot be drawn.' }, 409);
    await server.last.answer('picture');
    expect(said()).toEqual([
      'Only the last picture was saved, because the kernel could not draw it: figure 1 (fig). It cannot be drawn.'
    ]);
  });

  it('wait for a busy kernel, however long that takes', async () => {
    const { server } = panel.kernel;
    panel.kernel.status('busy');
    await save(PanelCommandIDs.save, 'pdf');
    expect(said()).toEqual([
      'The kernel is busy: this is done when it is idle.'
    ]);
    await server.last.answer({ message: 'It is busy.' }, 202);
    expect(server.log).toEqual([`${path}/f0/export`]);
    await new Promise(resolve => setTimeout(resolve, 1100));
    expect(server.log).toEqual([`${path}/f0/export`, `${path}/f0/export`]);
    await server.last.answer('content');
    expect(saved).toEqual(['a-figure-1-fig.pdf']);
    expect(said()).toEqual(['Saved: figure 1 (fig).']);
  });

  it('stay where they are while the server is away, which is said', async () => {
    await save(PanelCommandIDs.saveAll, 'png');
    await panel.kernel.server.last.fail();
    expect(saved).toEqual([]);
    expect(said()).toHaveLength(1);
    expect(panel.kernel.server.log).toHaveLength(1);
  });

  it('are copied, where the browser lets the page', async () => {
    const { server } = panel.kernel;
    const copy = async (status = 200) => {
      panel.button(PanelCommandIDs.copy)!.click();
      await idle();
      await server.last.answer('content', status);
    };
    await copy();
    expect(said()[0]).toContain('Save the figure instead.');

    const page = globalThis as { ClipboardItem?: unknown };
    page.ClipboardItem = class {
      constructor(readonly data: Record<string, Promise<Blob>>) {}
    };
    Object.assign(navigator, {
      clipboard: {
        write: ([{ data }]: { data: Record<string, Promise<Blob>> }[]) =>
          data['image/png']
      }
    });
    await copy();
    expect(said()).toEqual(['Copied: figure 1 (fig).']);
    await copy(202);
    await server.last.answer('', 204);
    expect(said()[0]).toContain('There is no picture of figure 1 (fig) yet.');
    delete page.ClipboardItem;
  });
});
