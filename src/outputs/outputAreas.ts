/**
 * Where the outputs of a notebook are shown.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Cell, CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IOutputAreaModel, OutputArea } from '@jupyterlab/outputarea';
import type { IOutputModel } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Panel, Widget } from '@lumino/widgets';

/** One output in one place of the page. */
export interface IShownOutput {
  /** The id of its cell. */
  readonly cell: string;
  /** The output itself. */
  readonly output: IOutputModel;
  /** What it lies in, with its prompt. */
  readonly item: Panel;
  /** What draws it, and as which kind of data. */
  readonly renderer: Widget & IRenderMime.IRenderer & { mimeType: string };
  /** The area that it is in. */
  readonly area: OutputArea;
}

/**
 * Finds the output areas of one notebook: those of its cells, in each panel that
 * shows it, the views that "New View for Output" has made of them, and those of
 * the `Output` widgets in them.
 *
 * Outputs of cells that are not scrolled into view are there as well: a notebook
 * makes its cells' output areas at once, and attaches them later.
 */
export class OutputAreas implements IDisposable {
  /** Look for views of single outputs in `shell`. */
  constructor(shell: JupyterFrontEnd.IShell) {
    this._shell = shell;
  }

  /** Emitted when outputs may be shown that were not before. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted with the id of a cell whose outputs become others. */
  get produced(): ISignal<this, string> {
    return this._produced;
  }

  /** Whether it is disposed. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Show the notebook in one more panel. */
  add(panel: NotebookPanel): void {
    this._panels.push(panel);
    panel.content.modelChanged.connect(this._onModelChanged, this);
    this._onModelChanged();
    panel.disposed.connect(() => {
      this._panels = this._panels.filter(each => each !== panel);
    }, this);
  }

  /** All outputs that are shown at present, wherever that is. */
  *outputs(): Generator<IShownOutput> {
    const cells = new Map<IOutputAreaModel, string>();
    for (const panel of this._panels) {
      for (const cell of panel.content.widgets) {
        if (isCodeCell(cell)) {
          cells.set(cell.outputArea.model, cell.model.id);
          yield* this._shown(cell.outputArea, cell.model.id);
        }
      }
    }
    for (const area of this._linked()) {
      const cell = cells.get(area.model);
      if (cell !== undefined) {
        yield* this._shown(area, cell);
      }
    }
  }

  /** Let go of what it follows. */
  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._panels = [];
    Signal.clearData(this);
  }

  /** The outputs in one area, and in the areas of widgets that are among them. */
  private *_shown(area: OutputArea, cell: string): Generator<IShownOutput> {
    this._follow(area, cell);
    for (const each of shown(area, cell)) {
      yield each;
      for (const inner of areasIn(each.renderer)) {
        yield* this._shown(inner, cell);
      }
    }
  }

  /** The output areas in views of single outputs. */
  private *_linked(): Generator<OutputArea> {
    for (const place of this._shell.widgets('main')) {
      // Depending on its version JupyterLab puts them into a frame.
      for (const view of [place, ...place.children()]) {
        // There is no other sign for them (since 2.0).
        if (view.id.startsWith('LinkedOutputView-')) {
          yield* areasIn(view);
        }
      }
    }
  }

  /** Hear of new outputs in an area. */
  private _follow(area: OutputArea, cell: string): void {
    if (this._followed.has(area)) {
      return;
    }
    this._followed.add(area);
    area.outputLengthChanged.connect(this._onChanged, this);
    const { model } = area;
    if (!this._followed.has(model)) {
      this._followed.add(model);
      model.changed.connect((_, { type, oldValues, newValues }) => {
        // An output that draws itself anew is still the same.
        if (type !== 'set' || oldValues[0] !== newValues[0]) {
          this._produced.emit(cell);
        }
      }, this);
    }
  }

  private _onModelChanged(): void {
    for (const { content } of this._panels) {
      content.model?.cells.changed.connect(this._onChanged, this);
    }
    this._onChanged();
  }

  private _onChanged(): void {
    this._changed.emit();
  }

  private _changed = new Signal<this, void>(this);
  private readonly _followed = new WeakSet<object>();
  private _isDisposed = false;
  private _panels: NotebookPanel[] = [];
  private _produced = new Signal<this, string>(this);
  private readonly _shell: JupyterFrontEnd.IShell;
}

/** The outputs in one area, one item each; another item tells that there are more. */
function* shown(area: OutputArea, cell: string): Generator<IShownOutput> {
  const { model, widgets } = area;
  const count = Math.min(model.length, widgets.length);
  for (let index = 0; index < count; index++) {
    const item = widgets[index] as Panel;
    // As JupyterLab finds it: a prompt may come before.
    const renderer = item.widgets?.find(each => 'renderModel' in each);
    if (renderer && 'mimeType' in renderer) {
      yield {
        cell,
        output: model.get(index),
        item,
        renderer: renderer as IShownOutput['renderer'],
        area
      };
    }
  }
}

/** The output areas in a widget: a view of an output has one, and so have ipywidgets' `Output`s. */
function* areasIn(widget: Widget): Generator<OutputArea> {
  for (const child of widget.children()) {
    if ('outputTracker' in child && 'rendermime' in child) {
      yield child as OutputArea;
    } else {
      yield* areasIn(child);
    }
  }
}

function isCodeCell(cell: Cell): cell is CodeCell {
  return cell.model.type === 'code';
}
