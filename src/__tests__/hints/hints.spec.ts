import { nullTranslator } from '@jupyterlab/translation';
import type { IOutputModel } from '@jupyterlab/rendermime';
import { OutputModel } from '@jupyterlab/rendermime';
import { Panel } from '@lumino/widgets';

import { Hints } from '../../hints/hints';
import type { IShownOutput } from '../../outputs/outputAreas';
import type { PlotState } from '../../plotState';
import { nameError } from '../support/errors';
import { figures, plotState } from '../support/plotStates';

describe('Hints', () => {
  const preferences = {
    enabled: true,
    hints: true,
    markStalePlots: true,
    notify: true
  };
  let model: { state: PlotState; status: PlotState['status'] };
  let restored: string[];
  let hints: Hints;

  /** A figure from before the restart, that two names led to. */
  const offered = {
    ...figures(2)[1],
    names: ['fig', 'ax'],
    open: false,
    state: 'offered' as const
  };

  /** Change what the plot state says. */
  function set(changes: Partial<PlotState>): void {
    const state = plotState(changes);
    Object.assign(model, { state, status: state.status });
  }

  /** A cell that has failed for want of a name. */
  function failed(cell: string, name = 'ax'): IShownOutput {
    const value = { output_type: 'error' as const, ...nameError(name) };
    const output: IOutputModel = new OutputModel({ value, trusted: true });
    return { cell, output, item: new Panel() } as object as IShownOutput;
  }

  const hintIn = ({ item }: IShownOutput) =>
    item.node.querySelector<HTMLElement>('.jp-MplGuard-hint');

  beforeEach(() => {
    model = { state: plotState(), status: 'live' };
    preferences.hints = true;
    restored = [];
    hints = new Hints({
      model,
      preferences,
      restore: figures => restored.push(...figures),
      trans: nullTranslator.load('jupyter_mpl_guard')
    });
    set({ incarnation: 2, status: 'offered', figures: [offered] });
  });

  it('restores all figures that a name led to', () => {
    const list = { ...offered, id: 'f7', number: 1, names: ['axes'] };
    set({
      incarnation: 2,
      status: 'offered',
      figures: [list, { ...offered, names: ['fig', 'axes'] }]
    });
    const output = failed('c1', 'axes');
    hints.ran('c1');
    hints.sync([output]);
    hintIn(output)!.querySelector('button')!.click();
    expect(restored).toEqual(['f7', 'f1']);
  });

  it('says which figure a name belonged to, and restores it with a click', () => {
    const output = failed('c1');
    hints.ran('c1');
    hints.sync([output]);
    const hint = hintIn(output)!;
    expect(hint.textContent).toContain(
      'ax belonged to figure 2 before the restart.'
    );
    expect(hint.dataset.figure).toBe('f1');
    hint.querySelector('button')!.click();
    expect(restored).toEqual(['f1']);
    set({
      incarnation: 2,
      status: 'restored',
      figures: [{ ...offered, state: 'live' }]
    });
    hints.sync([output]);
    expect(hint.textContent).toContain('ax is back: run the cell again.');
    expect(hint.querySelector('button')).toBeNull();
  });

  it('says at once that a restore waits, and offers it again when that fails', () => {
    const output = failed('c1');
    hints.ran('c1');
    hints.sync([output]);
    const hint = hintIn(output)!;
    model.status = 'restoring';
    hint.querySelector('button')!.click();
    const waits = 'ax is restored as soon as the kernel is idle.';
    expect(hint.textContent).toBe(waits);
    model.status = 'pending';
    hints.sync([output]);
    expect(hint.textContent).toBe(waits);
    model.status = 'error';
    hints.sync([output]);
    expect(hint.textContent).toContain('before the restart.Restore it');
  });

  it('keeps the focus when its button goes', () => {
    const output = failed('c1');
    Panel.attach(output.item, document.body);
    hints.ran('c1');
    hints.sync([output]);
    const hint = hintIn(output)!;
    const button = hint.querySelector('button')!;
    button.focus();
    model.status = 'restoring';
    button.click();
    expect(document.activeElement).toBe(hint);
    set({
      incarnation: 2,
      status: 'restored',
      figures: [{ ...offered, state: 'live' }]
    });
    hints.sync([output]);
    expect(hint.textContent).toContain('ax is back');
    expect(document.activeElement).toBe(hint);
    output.item.dispose();
  });

  it('says nothing about errors that the page has not seen happen', () => {
    const output = failed('c1');
    hints.sync([output]);
    expect(hintIn(output)).toBeNull();
  });

  it('says nothing about other names, nor in a kernel that has the figure', () => {
    const outputs = [failed('c1', 'data'), failed('c2')];
    hints.ran('c1');
    hints.ran('c2');
    set({ incarnation: 2, figures: [{ ...offered, state: 'saved' }] });
    hints.sync(outputs);
    expect(outputs.map(hintIn)).toEqual([null, null]);
  });

  it('says nothing about a name that the user has deleted', () => {
    const mine = { ...figures(1)[0], names: ['ax'], state: 'live' as const };
    set({ incarnation: 2, status: 'offered', figures: [offered, mine] });
    hints.sync([]);
    set({ incarnation: 2, status: 'offered', figures: [offered] });
    const output = failed('c1');
    hints.ran('c1');
    hints.sync([output]);
    expect(hintIn(output)).toBeNull();
  });

  it('does not take the names of the process before for those of the present one', () => {
    set({ incarnation: 1, figures: [{ ...offered, state: 'saved' }] });
    hints.sync([]);
    model.status = 'restoring';
    hints.end();
    hints.sync([]);
    set({ incarnation: 2, status: 'offered', figures: [offered] });
    const output = failed('c1');
    hints.ran('c1');
    hints.sync([output]);
    expect(hintIn(output)).not.toBeNull();
  });

  it('says the same thing once, where it happened last', () => {
    const outputs = [failed('c1'), failed('c2')];
    hints.ran('c2');
    hints.ran('c1');
    hints.sync(outputs);
    expect(hintIn(outputs[0])).not.toBeNull();
    expect(hintIn(outputs[1])).toBeNull();
    hints.ran('c2');
    hints.sync(outputs);
    expect(hintIn(outputs[0])).toBeNull();
    expect(hintIn(outputs[1])).not.toBeNull();
  });

  it('names a figure once, where one of its names was missed last', () => {
    const outputs = [failed('c1', 'fig'), failed('c2', 'ax')];
    hints.ran('c2');
    hints.ran('c1');
    hints.sync(outputs);
    expect(hintIn(outputs[0])!.textContent).toContain('fig belonged to');
    expect(hintIn(outputs[1])).toBeNull();
    hints.ran('c2');
    hints.sync(outputs);
    expect(hintIn(outputs[0])).toBeNull();
    expect(hintIn(outputs[1])!.textContent).toContain('ax belonged to');
    // The one that was not clicked does not come back, nor does any when others have restored the figure.
    const back = { ...offered, state: 'live' as const };
    hintIn(outputs[1])!.querySelector('button')!.click();
    set({ incarnation: 2, status: 'restored', figures: [back] });
    hints.sync(outputs);
    expect(hintIn(outputs[0])).toBeNull();
    expect(hintIn(outputs[1])!.textContent).toContain('ax is back');
    hints.end();
    hints.ran('c1');
    hints.ran('c2');
    hints.sync(outputs);
    expect(outputs.map(hintIn)).toEqual([null, null]);
  });

  it('names each of two figures', () => {
    const other = { ...offered, id: 'f7', number: 7, names: ['other'] };
    set({ incarnation: 2, status: 'offered', figures: [offered, other] });
    const outputs = [failed('c1', 'fig'), failed('c2', 'other')];
    hints.ran('c1');
    hints.ran('c2');
    hints.sync(outputs);
    const buttons = outputs.map(each => hintIn(each)!.querySelector('button')!);
    buttons.forEach(button => button.click());
    expect(restored).toEqual(['f1', 'f7']);
  });

  it('says which module a name was, when it did not come back', () => {
    const aliases = { plt: 'matplotlib.pyplot' };
    set({ incarnation: 2, aliases });
    hints.sync([]);
    set({ incarnation: 3, status: 'paused', aliases: {} });
    const output = failed('c1', 'plt');
    hints.ran('c1');
    hints.sync([output]);
    expect(hintIn(output)!.textContent).toContain(
      'plt was the module matplotlib.pyplot before the restart: run import matplotlib.pyplot as plt.'
    );
    // It is back, and the user deletes it.
    set({ incarnation: 3, status: 'paused', aliases });
    hints.sync([output]);
    set({ incarnation: 3, status: 'paused', aliases: {} });
    hints.sync([output]);
    expect(hintIn(output)).toBeNull();
  });

  describe('about a canvas', () => {
    const alive = { ...offered, state: 'live' as const, canvas: null };
    const output = (line: string) => {
      const evalue = "'NoneType' object has no attribute 'show'";
      const value = {
        output_type: 'error' as const,
        ename: 'AttributeError',
        evalue,
        traceback: [`Cell In[1], line 1\n----> 1 ${line}`, evalue]
      };
      return {
        cell: 'c1',
        output: new OutputModel({ value, trusted: true }),
        item: new Panel()
      } as object as IShownOutput;
    };
    const said = (line = 'fig.canvas.manager.show()') => {
      const failed = output(line);
      hints.ran('c1');
      hints.sync([failed]);
      return hintIn(failed)?.textContent ?? '';
    };

    it('say that a figure came back without the one that it had', () => {
      set({ incarnation: 2, figures: [{ ...alive, canvas: 'm1' }] });
      hints.sync([]);
      set({ incarnation: 3, status: 'partial', figures: [alive] });
      expect(said()).toContain(
        'fig belongs to figure 2, which came back without its canvas: run the cell that drew it again.'
      );
      expect(said('other.canvas.manager.show()')).toBe('');
    });

    it('say so after an offer, too', () => {
      set({
        incarnation: 2,
        status: 'offered',
        figures: [{ ...offered, canvas: 'm1' }]
      });
      hints.sync([]);
      set({ incarnation: 2, status: 'partial', figures: [alive] });
      expect(said()).toContain('came back without its canvas');
    });

    it('say nothing where a figure never had one, has it, or has lost it in this process', () => {
      set({ incarnation: 2, figures: [alive] });
      expect(said()).toBe('');
      set({ incarnation: 2, figures: [{ ...alive, canvas: 'm1' }] });
      expect(said()).toBe('');
      set({ incarnation: 2, figures: [alive] });
      expect(said()).toBe('');
    });

    it('say nothing where the line names two figures', () => {
      const other = { ...alive, id: 'f9', names: ['other'] };
      set({ incarnation: 2, figures: [{ ...alive, canvas: 'm1' }, other] });
      hints.sync([]);
      set({ incarnation: 3, figures: [alive, other] });
      expect(said('other.canvas.manager.show(fig)')).toBe('');
      expect(said()).not.toBe('');
    });
  });

  it('says why a figure is lost, without a button', () => {
    const output = failed('c1');
    hints.ran('c1');
    set({
      incarnation: 2,
      status: 'offered',
      figures: [{ ...offered, state: 'lost', why: 'Its file is gone.' }]
    });
    hints.sync([output]);
    const hint = hintIn(output)!;
    expect(hint.textContent).toContain('Its file is gone.');
    expect(hint.querySelector('button')).toBeNull();
  });

  it('ends with the offer, with the process, and with the setting', () => {
    const output = failed('c1');
    hints.ran('c1');
    hints.sync([output]);
    preferences.hints = false;
    hints.sync([output]);
    expect(hintIn(output)).toBeNull();
    preferences.hints = true;
    hints.sync([output]);
    expect(hintIn(output)).not.toBeNull();
    hints.end();
    hints.sync([output]);
    expect(hintIn(output)).toBeNull();
    expect(output.item.widgets).toEqual([]);
  });
});
