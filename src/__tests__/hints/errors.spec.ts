import { failureOf } from '../../hints/errors';
import { FRAME, nameError } from '../support/errors';

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
    const evalue = "'FigureCanvasAgg' object attribute 'figure' is read-only";
    expect(
      failureOf({ ename: 'AttributeError', evalue, traceback: [FRAME] })
    ).toBeNull();
  });
});
