import { nullTranslator } from '@jupyterlab/translation';
import type { IOutputModel } from '@jupyterlab/rendermime';
import { OutputModel } from '@jupyterlab/rendermime';
import { Panel } from '@lumino/widgets';

import { failureOf } from '../../hints/errors';
import { Hints } from '../../hints/hints';
import type { IShownOutput } from '../../outputs/outputAreas';
import type { PlotState } from '../../plotState';
import { figures, plotState } from '../support/plotStates';

const FRAME = 'Cell In[1], line 1\n----> 1 ax.plot()';

/** A NameError as IPython reports it. */
function nameError(name: string, frames = [FRAME]) {
  const evalue = `name '${name}' is not defined`;
  return {
    ename: 'NameError',
    evalue,
    traceback: ['---', 'NameError', ...frames, `NameError: ${evalue}`]
  };
}

describe('failureOf', () => {
  it('finds the name that a cell has missed', () => {
    expect(failureOf(nameError('ax'))).toEqual({ kind: 'name', name: 'ax' });
    const coloured = nameError('ax', [
      `\u001b[36mCell\u001b[39m In[1], line 1`
    ]);
    expect(failureOf(coloured)).not.toBeNull();
    expect(failureOf({ ...nameError('ax'), traceback: [] })).not.toBeNull();
  });

  it('finds none that a module has missed', () => {
    const frames = [
      FRAME,
      '\u001b[36mFile\u001b[39m \u001b[32m/a/b.py:3\u001b[39m'
    ];
    expect(failureOf(nameError('ax', frames))).toBeNull();
  });

  it('finds the backend that cannot be loaded', () => {
    const evalue =
      "Cannot load backend 'TkAgg' which requires the 'tk' interactive framework, as 'headless' is currently running";
    const error = { ename: 'ImportError', evalue, traceback: [] };
    expect(failureOf(error)).toEqual({
      kind: 'backend',
      backend: 'TkAgg',
      toolkit: 'tk'
    });
  });

  const inBackend = [FRAME, 'File /a/matplotlib/backends/backend_wx.py:20'];

  it.each([
    [
      'ImportError',
      'Failed to import any of the following Qt binding modules: PyQt6, PySide6, PyQt5, PySide2',
      'Qt'
    ],
    ['ImportError', 'Failed to import any qt binding', 'qt'],
    [
      'ImportError',
      '\n    Could not load requested Qt binding. Please ensure that\n',
      'Qt'
    ],
    ['ImportError', 'The GTK3 backends require PyGObject', 'GTK3'],
    ['ImportError', 'The GTK4 backends require PyGObject', 'GTK4'],
    [
      'ImportError',
      "cannot import name '_macosx' from 'matplotlib.backends' (/a/__init__.py)",
      'macosx'
    ],
    ['ValueError', "Invalid GUI request 'gtk4', valid ones are:", 'gtk4'],
    ['ModuleNotFoundError', "No module named 'wx'", 'wx'],
    ['ModuleNotFoundError', "No module named '_tkinter'", 'tk']
  ])('finds the toolkit that is not there: %s: %s', (ename, evalue, name) => {
    const error = { ename, evalue, traceback: [...inBackend, evalue] };
    expect(failureOf(error)).toEqual({
      kind: 'backend',
      backend: name,
      toolkit: name
    });
  });

  it.each([
    ['ModuleNotFoundError', "No module named 'wx'", [FRAME]],
    ['ValueError', "Invalid GUI request 'nosuch', valid ones are:", inBackend],
    ['ValueError', 'The wx value is wrong', inBackend]
  ])('finds no toolkit in another error: %s: %s', (ename, evalue, frames) => {
    const error = { ename, evalue, traceback: [...frames, evalue] };
    expect(failureOf(error)).toBeNull();
  });

  const attributeError = (evalue: string, line: string, others = ['']) => ({
    ename: 'AttributeError',
    evalue,
    traceback: [
      '---',
      'AttributeError',
      `Cell In[2], line 3\n      1 pass\n----> 3 ${line}`,
      ...others,
      `AttributeError: ${evalue}`
    ]
  });

  it('finds the canvas that a figure does not have', () => {
    const none = "'NoneType' object has no attribute 'set_window_title'";
    const inMatplotlib = [
      'File /lib/figure.py:9, in Figure.show(self)\n----> 9 raise'
    ];
    for (const [evalue, line, others] of [
      [
        "'FigureCanvasAgg' object has no attribute 'toolbar_visible'",
        'fig.canvas.toolbar_visible = False'
      ],
      [
        "'FigureCanvasBase' object has no attribute 'model_id'",
        'canvas.model_id'
      ],
      [none, "fig.canvas.manager.set_window_title('a')"],
      [
        'Figure.show works only for figures managed by pyplot, normally',
        'fig.show()',
        inMatplotlib
      ]
    ] as [string, string, string[]?][]) {
      expect(failureOf(attributeError(evalue, line, others))).toEqual({
        kind: 'canvas',
        line
      });
    }
    expect(
      failureOf(attributeError(none, 'mine.set_window_title()'))
    ).toBeNull();
    expect(
      failureOf(
        attributeError("'Mine' object has no attribute 'canvas'", 'mine.canvas')
      )
    ).toBeNull();
  });

  it('takes nothing else for a failure', () => {
    const error = { ename: 'ValueError', evalue: 'no', traceback: [] };
    expect(failureOf(error)).toBeNull();
  });
});

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
