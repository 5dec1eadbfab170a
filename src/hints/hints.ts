/**
 * Which failed cells get a line about what a restart took away.
 */
import type { IOutputModel } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Panel } from '@lumino/widgets';

import type { Figure } from '../kernel/figureStatus';
import { isAlive, isFromBefore, statusOf } from '../kernel/figureStatus';
import { focusCell } from '../internals/jupyterlab';
import type { IShownOutput } from '../outputs/outputAreas';
import type { PlotState, PlotStatus } from '../plotState';
import type { IPlotModel, IPreferences } from '../tokens';
import { hintTexts } from '../ui/figureTexts';
import type { Failure } from './errors';
import { errorIn, failureOf } from './errors';
import type { IHintContent } from './hint';
import { Hint } from './hint';

/** The class of the item of an output while it has a hint. */
const HINTED = 'jp-MplGuard-mod-hinted';

/** While a restore is on its way, or waits for the kernel. */
const WAITING: readonly (PlotStatus | null)[] = ['restoring', 'pending'];

/**
 * Draws hints under the tracebacks of one notebook.
 *
 * A cell gets one when the page has seen it fail in the present process of the
 * kernel because something of the previous process is missing: a name of a
 * figure or a module, or a canvas. The document is not touched.
 */
export class Hints {
  /** Follow the plots of `model`. */
  constructor(options: Hints.IOptions) {
    this._options = options;
  }

  /** Record that a cell has new outputs, of the present process. */
  ran(cell: string): void {
    this._turn += 1;
    this._turns.set(cell, this._turn);
    // Only cells that failed before are told that their name is back.
    for (const name of [...this._restoring.keys()]) {
      if (this._alive.has(name)) {
        this._restoring.delete(name);
      }
    }
  }

  /** Forget what has failed, because its process has ended. */
  end(): void {
    this._turns.clear();
    this._restoring.clear();
  }

  /** Draw and remove hints to bring these outputs up to date. */
  sync(outputs: readonly IShownOutput[]): void {
    this._notice();
    const isOn = this._options.preferences.hints;
    const turn = (cell = '') => this._turns.get(cell) ?? 0;
    // The cell that has failed last, for each thing that was missing.
    const newest = new Map<string, string>();
    const contents = outputs.map(({ cell, output }) => {
      const failure = this._failureIn(output);
      const content = failure && isOn ? this._contentFor(failure) : null;
      if (content && turn(cell) > turn(newest.get(keyOf(content)))) {
        newest.set(keyOf(content), cell);
      }
      return content;
    });
    outputs.forEach(({ cell, item }, index) => {
      const content = contents[index];
      const isNewest = content && newest.get(keyOf(content)) === cell;
      this._draw(item, isNewest ? content : null);
    });
  }

  /** Record which names lead to figures of the present process: a user may delete them. */
  private _notice(): void {
    const { state, status } = this._options.model;
    if (!state || status === 'restoring') {
      return; // what is known is about the process before
    }
    if (state.incarnation !== this._incarnation) {
      this._incarnation = state.incarnation;
      this._alive.clear();
      this._modulesBefore = this._modules;
    }
    this._modules = state.aliases;
    Object.keys(state.aliases).forEach(name => this._alive.add(name));
    for (const figure of state.figures) {
      if (isAlive(statusOf(figure, state, status))) {
        figure.names.forEach(name => this._alive.add(name));
      }
      if (figure.canvas) {
        const isBefore = isFromBefore(statusOf(figure, state, status));
        const age = isBefore ? 1 : 0;
        this._hadCanvas.set(figure.id, state.incarnation - age);
      }
    }
  }

  private _failureIn(output: IOutputModel): Failure | null {
    let failure = this._failures.get(output);
    if (failure === undefined) {
      const error = errorIn(output);
      failure = error && failureOf(error);
      this._failures.set(output, failure);
    }
    return failure;
  }

  /** Return the content of the hint for a failure; null when nothing is certain. */
  private _contentFor(failure: Failure): IHintContent | null {
    const texts = hintTexts(this._options.trans);
    if (failure.kind === 'backend') {
      const { backend, toolkit } = failure;
      const sentence = texts.backend(backend, toolkit);
      return { figure: null, sentence, restore: null };
    }
    if (failure.kind === 'canvas') {
      return this._withoutCanvas(failure.line);
    }
    const { name } = failure;
    const asked = this._restoring.get(name);
    if (asked !== undefined && this._alive.has(name)) {
      return { figure: asked, sentence: texts.back(name), restore: null };
    }
    const figure = this._alive.has(name) ? null : this._from(name).pop();
    const module = this._alive.has(name) ? '' : this._modulesBefore[name];
    if (!figure) {
      return module
        ? { figure: null, sentence: texts.module(name, module), restore: null }
        : null;
    }
    const { id } = figure;
    const { model } = this._options;
    if (asked !== undefined && WAITING.includes(model.status)) {
      return { figure: asked, sentence: texts.waits(name), restore: null };
    }
    const isLost = statusOf(figure, model.state!, model.status) === 'lost';
    return {
      figure: id,
      sentence: isLost
        ? texts.lost(name, figure, figure.why ?? '')
        : texts.offered(name, figure),
      restore: isLost
        ? null
        : () => {
            this._restore(name);
            return this._contentFor(failure);
          }
    };
  }

  /** Return the hint for a figure that a line names and that came back without its canvas. */
  private _withoutCanvas(line: string): IHintContent | null {
    const { state, status } = this._options.model;
    const words = new Set(line.match(/[\p{L}_][\p{L}\p{N}_]*/gu));
    const named = (state?.figures ?? []).filter(
      each =>
        isAlive(statusOf(each, state!, status)) &&
        each.names.some(name => words.has(name))
    );
    const [figure] = named;
    if (named.length !== 1 || figure.canvas) {
      return null;
    }
    // One that has lost it in this process was closed, not restored.
    const before = this._hadCanvas.get(figure.id) ?? Infinity;
    const name = figure.names.find(each => words.has(each))!;
    return before < state!.incarnation
      ? {
          figure: figure.id,
          sentence: hintTexts(this._options.trans).noCanvas(name, figure),
          restore: null
        }
      : null;
  }

  /** Return the figures from before the restart that a name led to. */
  private _from(name: string): Figure[] {
    const { state, status } = this._options.model;
    return (state?.figures ?? []).filter(
      figure =>
        figure.names.includes(name) &&
        isFromBefore(statusOf(figure, state!, status))
    );
  }

  /** Restore all that a name led to: it does not come back otherwise. */
  private _restore(name: string): void {
    const ids = this._from(name).map(({ id }) => id);
    this._restoring.set(name, ids[ids.length - 1]);
    this._options.restore(ids);
  }

  private _draw(item: Panel, content: IHintContent | null): void {
    let hint = this._drawn.get(item);
    if (content && !hint) {
      hint = new Hint(hintTexts(this._options.trans).restore);
      item.addClass(HINTED);
      item.addWidget(hint);
      this._drawn.set(item, hint);
    }
    if (content) {
      hint?.say(content);
    } else if (hint) {
      const hadFocus = hint.node.contains(document.activeElement);
      item.removeClass(HINTED);
      hint.dispose();
      this._drawn.delete(item);
      if (hadFocus) {
        focusCell(item.node);
      }
    }
  }

  /** The names that led to figures of the present process. */
  private readonly _alive = new Set<string>();
  private readonly _drawn = new WeakMap<Panel, Hint>();
  /** The last incarnation in which each figure had a canvas. */
  private readonly _hadCanvas = new Map<string, number>();
  private readonly _failures = new WeakMap<IOutputModel, Failure | null>();
  /** The incarnation that those names belong to. */
  private _incarnation = 0;
  /** The names of modules in that incarnation, and in the one before. */
  private _modules: PlotState['aliases'] = {};
  private _modulesBefore: PlotState['aliases'] = {};
  private readonly _options: Hints.IOptions;
  /** The figures that hints have requested, by the missing names. */
  private readonly _restoring = new Map<string, string>();
  private _turn = 0;
  /** When each cell has run last in the present process. */
  private readonly _turns = new Map<string, number>();
}

/** Return a key that identifies what a hint is about: several names may lead to one figure. */
function keyOf({ figure, sentence }: IHintContent): string {
  return figure ?? sentence;
}

/** The types of hints. */
export namespace Hints {
  /** The options of hints. */
  export interface IOptions {
    /** The plots of the kernel. */
    readonly model: Pick<IPlotModel, 'state' | 'status'>;
    /** The user's choices, read each time that they matter. */
    readonly preferences: Readonly<IPreferences>;
    /** Restores figures. */
    readonly restore: (figures: readonly string[]) => void;
    /** The translations of this extension. */
    readonly trans: TranslationBundle;
  }
}
