/**
 * Where the outputs of a notebook are shown.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Cell, CodeCell } from '@jupyterlab/cells';
import type { IOutputAreaModel, OutputArea } from '@jupyterlab/outputarea';
import type { IOutputModel } from '@jupyterlab/rendermime';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Panel } from '@lumino/widgets';

import type { IOutputRenderer } from '../internals/jupyterlab';
import {
  outputAreasIn,
  outputViewsIn,
  rendererIn
} from '../internals/jupyterlab';
import type { PlotPanel } from '../tokens';
import { cellsOf, onCells } from './plotPanel';

/** One output in one place of the page. */
export interface IShownOutput {
  /** The id of its cell. */
  readonly cell: string;
  /** The output itself. */
  readonly output: IOutputModel;
  /** The panel that holds it, with its prompt. */
  readonly item: Panel;
  /** What draws it. */
  readonly renderer: IOutputRenderer;
  /** The output area that shows it. */
  readonly area: OutputArea;
}

/**
 * Finds the output areas of one notebook or console: those of its cells, in
 * each panel that shows it; the views that "New View for Output" has made of
 * them; and those of the `Output` widgets in them.
 *
 * Outputs of cells that are not scrolled into view are included: a notebook
 * makes the output areas of its cells at once, and attaches them later.
 */
export class OutputAreas implements IDisposable {
  /** Find the views of single outputs in `shell`. */
  constructor(shell: JupyterFrontEnd.IShell) {
    this._shell = shell;
  }

  /** Emitted when outputs may be shown that were not before. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted with the id of a cell that gets new outputs. */
  get produced(): ISignal<this, string> {
    return this._produced;
  }

  /** Whether it is disposed of. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Include one more panel that shows the notebook. */
  add(panel: PlotPanel): void {
    this._panels.push(panel);
    onCells(panel, this._onChanged, this);
    panel.disposed.connect(() => {
      this._panels = this._panels.filter(each => each !== panel);
    }, this);
  }

  /** Find all outputs that are shown at present, in all places. */
  *outputs(): Generator<IShownOutput> {
    const cells = new Map<IOutputAreaModel, string>();
    for (const panel of this._panels) {
      for (const cell of cellsOf(panel)) {
        if (isCodeCell(cell)) {
          cells.set(cell.outputArea.model, cell.model.id);
          yield* this._shown(cell.outputArea, cell.model.id);
        }
      }
    }
    for (const view of outputViewsIn(this._shell)) {
      for (const area of outputAreasIn(view)) {
        const cell = cells.get(area.model);
        if (cell !== undefined) {
          yield* this._shown(area, cell);
        }
      }
    }
  }

  /** Stop following. */
  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._panels = [];
    Signal.clearData(this);
  }

  /** Find the outputs in one area, and in the areas of the widgets among them. */
  private *_shown(area: OutputArea, cell: string): Generator<IShownOutput> {
    this._follow(area, cell);
    for (const each of outputsIn(area, cell)) {
      yield each;
      for (const inner of outputAreasIn(each.renderer)) {
        yield* this._shown(inner, cell);
      }
    }
  }

  /** Emit the signals for one more area. */
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
        // An output that is drawn again is still the same.
        if (type !== 'set' || oldValues[0] !== newValues[0]) {
          this._produced.emit(cell);
        }
      }, this);
    }
  }

  private _onChanged(): void {
    this._changed.emit();
  }

  private _changed = new Signal<this, void>(this);
  private readonly _followed = new WeakSet<object>();
  private _isDisposed = false;
  private _panels: PlotPanel[] = [];
  private _produced = new Signal<this, string>(this);
  private readonly _shell: JupyterFrontEnd.IShell;
}

/** Find the outputs in one area. It has one item for each, and perhaps one more that stands for the rest. */
function* outputsIn(area: OutputArea, cell: string): Generator<IShownOutput> {
  const { model, widgets } = area;
  const count = Math.min(model.length, widgets.length);
  for (let index = 0; index < count; index++) {
    const item = widgets[index] as Panel;
    const renderer = rendererIn(item);
    if (renderer) {
      yield { cell, output: model.get(index), item, renderer, area };
    }
  }
}

function isCodeCell(cell: Cell): cell is CodeCell {
  return cell.model.type === 'code';
}
