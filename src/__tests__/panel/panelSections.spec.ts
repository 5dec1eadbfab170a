import { PanelCommandIDs } from '../../panel/actions/ids';
import { plotState, restore } from '../support/plotStates';
import { ShownPanel } from '../support/shownPanel';

describe('The sections of the panel', () => {
  let panel: ShownPanel;

  beforeEach(() => {
    panel = new ShownPanel();
  });

  afterEach(() => {
    panel.dispose();
  });

  it('names what did not come back, and what is set', async () => {
    await panel.kernel.known(
      plotState({
        status: 'partial',
        rc_params: { 'figure.dpi': 150 },
        last_restore: restore({
          missing: [{ what: 'handler of fig', why: 'it is of a user' }]
        })
      })
    );
    await panel.show();
    const missing = panel.section('missing')!;
    expect(missing.textContent).toContain('handler of fig');
    const settings = panel.section('settings')!;
    expect(settings.textContent).not.toContain('figure.dpi');
    settings.querySelector('button')!.click();
    await panel.drawn();
    expect(settings.textContent).toContain('figure.dpi150');
  });

  it('says who has chosen the backend, and what the defaults are', async () => {
    const rc_params = { 'figure.dpi': 150 };
    await panel.kernel.known(plotState({ rc_params }));
    panel.kernel.status('idle');
    await panel.show();
    const settings = panel.section('settings')!;
    expect(panel.kernel.server.log).toEqual([]);
    settings.querySelector('button')!.click();
    await panel.drawn();
    const path = 'GET /base/mpl-guard/kernels/k1/backends';
    expect(panel.kernel.server.log).toEqual([path]);
    await panel.kernel.server.last.answer({
      backends: [
        { name: 'inline', usable: true, why: '' },
        { name: 'tk', usable: false, why: 'there is no display.' }
      ],
      origin: 'A cell has chosen it.',
      defaults: { 'figure.dpi': 100 }
    });
    await panel.drawn();
    expect(settings.textContent).toContain('A cell has chosen it.');
    expect(settings.textContent).toContain('figure.dpi150default: 100');
    const tk = settings.querySelector<HTMLOptionElement>('[value=tk]')!;
    expect([tk.disabled, tk.textContent]).toEqual([
      true,
      'tk (there is no display)'
    ]);

    // JupyterLab hides everything for a moment when the theme changes.
    panel.widget.hide();
    panel.widget.show();
    await panel.drawn();
    expect(settings.textContent).toContain('A cell has chosen it.');
    expect(panel.kernel.server.log).toHaveLength(1);

    // A cell that changes nothing of it is no reason to ask again; one that does is.
    panel.kernel.status('busy');
    panel.kernel.status('idle');
    await panel.drawn();
    expect(panel.kernel.server.log).toHaveLength(1);
    panel.kernel.publish(
      plotState({
        rc_params: { 'axes.grid': true, 'legend.facecolor': [1, null] }
      })
    );
    await panel.drawn();
    expect(settings.textContent).toContain('axes.gridTrue');
    expect(settings.textContent).toContain('legend.facecolor[1, None]');
    expect(panel.kernel.server.log).toEqual([path, path]);
    expect(settings.textContent).toContain('A cell has chosen it.');
  });

  it('asks about the settings as soon as the kernel is idle', async () => {
    await panel.kernel.known(plotState());
    panel.kernel.status('busy');
    await panel.show();
    panel.section('settings')!.querySelector('button')!.click();
    await panel.drawn();
    expect(panel.kernel.server.log).toEqual([]);
    panel.kernel.status('idle');
    await panel.drawn();
    expect(panel.kernel.server.log).toHaveLength(1);
    // Somebody else may have been faster: the next time that it is idle counts.
    await panel.kernel.server.last.answer({ message: 'busy', checks: [] }, 202);
    await panel.drawn();
    expect(panel.kernel.server.log).toHaveLength(1);
    panel.kernel.status('busy');
    panel.kernel.status('idle');
    await panel.drawn();
    expect(panel.kernel.server.log).toHaveLength(1);
    panel.kernel.status('busy');
    await panel.drawn();
    panel.kernel.status('idle');
    await panel.drawn();
    expect(panel.kernel.server.log).toHaveLength(2);
  });

  it('are scrolled to when they are opened, and when what was asked for is there', async () => {
    const missing = [{ what: 'handler of fig', why: 'it is of a user' }];
    const last_restore = restore({ missing });
    await panel.kernel.known(plotState({ status: 'partial', last_restore }));
    await panel.show();
    const heading = (name: string) =>
      panel.section(name)!.querySelector('button')!;
    const isOpen = () => heading('problems').getAttribute('aria-expanded');
    // What is open from the beginning does not move the list away.
    expect(panel.scrolledTo).toEqual([]);
    heading('settings').click();
    await panel.drawn();
    heading('settings').click();
    await panel.drawn();
    expect(panel.scrolledTo).toEqual(['settings']);

    const answer = async () => {
      await panel.kernel.server.last.answer({ checks: [] });
      await panel.drawn();
    };
    void panel.commands.execute(PanelCommandIDs.check);
    await panel.drawn();
    expect(panel.scrolledTo.splice(0)).toEqual(['settings', 'problems']);
    expect(isOpen()).toBe('true');
    await answer();
    expect(panel.scrolledTo.splice(0)).toEqual(['problems']);

    // One that was closed is opened by the next question.
    heading('problems').click();
    await panel.drawn();
    expect(isOpen()).toBe('false');
    void panel.commands.execute(PanelCommandIDs.check);
    await panel.drawn();
    await answer();
    expect(isOpen()).toBe('true');
    expect(panel.scrolledTo).toEqual(['problems', 'problems']);

    // An answer from before is there when the panel is shown again, and nothing moves.
    panel.widget.hide();
    await panel.show();
    expect(isOpen()).toBe('true');
    expect(panel.scrolledTo).toHaveLength(2);
  });

  it('has the kernel look for problems when it is asked to', async () => {
    await panel.kernel.known(plotState());
    panel.widget.show();
    void panel.model.check();
    await panel.drawn();
    // The button keeps the keyboard focus, and asks no second time.
    const look = [...panel.section('problems')!.querySelectorAll('button')][1];
    look.focus();
    expect(look.getAttribute('aria-disabled')).toBe('true');
    look.click();
    await panel.drawn();
    expect(document.activeElement).toBe(look);
    expect(panel.kernel.server.log).toEqual([
      'GET /base/mpl-guard/kernels/k1/diagnosis'
    ]);
    await panel.kernel.server.last.answer({
      checks: [
        { id: 'one', status: 'ok', sentence: 'All is well.', remedy: '' },
        {
          id: 'two',
          status: 'problem',
          sentence: 'No font.',
          remedy: 'Get it.'
        }
      ]
    });
    await panel.drawn();
    const problems = panel.section('problems')!;
    expect(problems.textContent).toContain('No font.Get it.');
    expect(problems.textContent).not.toContain('All is well.');
    expect(problems.textContent).toContain('2 things were checked.');
  });
});
