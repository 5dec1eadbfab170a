/**
 * The token by which other plugins get the plots of each kernel, and the types that come with it.
 */
import type { ISessionContext } from '@jupyterlab/apputils';
import type { Cell, CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { VDomRenderer } from '@jupyterlab/ui-components';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import type { PlotState, PlotStatus } from './plotState';

/**
 * Which figures a restore includes: `auto` leaves it to the policy, `all`
 * accepts an offer, `none` dismisses it, and a list of ids accepts that of
 * those figures only.
 */
export type FigureChoice = 'auto' | 'all' | 'none' | readonly string[];

/**
 * A code console of JupyterLab, as far as plots depend on it.
 *
 * Consoles are registered by their toolbar, so that JupyterLab's package of
 * consoles, which may be switched off, is not required.
 */
export interface IConsole extends Widget {
  /** The console itself. */
  readonly console: {
    /** The cells that have run, and the banner. */
    readonly cells: Iterable<Cell> & {
      readonly changed: ISignal<unknown, unknown>;
    };
    /** The cell that is being written. */
    readonly promptCell: CodeCell | null;
    /** What draws the outputs. */
    readonly rendermime: IRenderMimeRegistry;
  };
  /** The session with the kernel. */
  readonly sessionContext: ISessionContext;
}

/** A notebook or console: a widget with a kernel and cells with outputs. */
export type PlotPanel = NotebookPanel | IConsole;

/** All open notebooks and code consoles. */
export interface IPlotPanels {
  /** The one that was used last; null when none is open. */
  readonly currentWidget: PlotPanel | null;
  /** Emitted when another one becomes current. */
  readonly currentChanged: ISignal<unknown, PlotPanel | null>;
  /** Emitted with each that opens. */
  readonly widgetAdded: ISignal<unknown, PlotPanel>;
  /** Include one more panel. */
  add(panel: PlotPanel): void;
  /** Return one for which `isWanted` is true, the current one first. */
  find(isWanted: (panel: PlotPanel) => boolean): PlotPanel | undefined;
  /** Call `use` with each of them. */
  forEach(use: (panel: PlotPanel) => void): void;
}

/** What the user has chosen in the settings for the page. */
export interface IPreferences {
  /** Whether the page asks for a restore after a restart. */
  enabled: boolean;
  /** Whether a line under a traceback says what a restart took away. */
  hints: boolean;
  /** Whether plots from before a restart are marked. */
  markStalePlots: boolean;
  /** Whether a notification names what a restore left out. */
  notify: boolean;
}

/** The plots of the kernel of one notebook. */
export interface IPlotModel extends VDomRenderer.IModel {
  /** The last plot state received; null while there is none. During a restart it is that of the old process. */
  readonly state: PlotState | null;
  /** What went wrong between page and server, as a sentence; empty when nothing did. */
  readonly error: string;
  /** The status to show; null while nothing is known. */
  readonly status: PlotStatus | null;
  /** The id of the kernel; empty when there is none. */
  readonly kernelId: string;
  /** Emitted when a process of the kernel has ended, while its state is still known. */
  readonly ended: ISignal<IPlotModel, void>;
  /** Emitted with the plot state in which an automatic restore has ended. */
  readonly outcome: ISignal<IPlotModel, PlotState>;
  /**
   * Return the ids of the figures that a cell may have shown when it ran last,
   * null for each that the kernel does not keep; null when that is not known.
   */
  drawnIn(cell: string): readonly (string | null)[] | null;
  /** Ask the server for the state, and for the outcome of a restore in progress. */
  refresh(): Promise<void>;
  /**
   * Restore settings, and figures as `figures` says.
   *
   * @param backend - the backend to use from here on, in place of the one in force
   * @returns the plot state in which it ended; null when it failed (see
   * `error`) or when a later request or message made the answer out of date
   */
  reinit(figures?: FigureChoice, backend?: string): Promise<PlotState | null>;
  /** Close a figure that is alive, or dismiss one that is offered or lost. */
  removeFigure(figure: string): Promise<PlotState | null>;
  /** Switch the guard off or on for this kernel. */
  setPaused(paused: boolean): Promise<PlotState | null>;
  /** Delete what the kernel has saved about its plots. */
  forget(): Promise<PlotState | null>;
}

/** An automatic restore that has ended. */
export interface IOutcome {
  /** The model whose kernel was restored. */
  readonly model: IPlotModel;
  /** The state in which it ended. */
  readonly state: PlotState;
}

/** The plot models of all open notebooks and consoles. */
export interface IPlotModels {
  /** The notebooks and consoles. */
  readonly panels: IPlotPanels;
  /** The user's choices, which all models share. */
  readonly preferences: IPreferences;
  /** Emitted when any model or preference changes, or another notebook becomes current. */
  readonly changed: ISignal<IPlotModels, void>;
  /** Emitted when an automatic restore has ended. */
  readonly outcome: ISignal<IPlotModels, IOutcome>;
  /** Return the model of a notebook or console; all views of one notebook share it. */
  of(panel: PlotPanel): IPlotModel;
  /** Return the model of a kernel or, without an id, of the current notebook; null when there is none. */
  find(kernelId?: string): IPlotModel | null;
  /** Announce that the preferences have changed. */
  touch(): void;
}

/** Gives other plugins the plot models. */
export const IPlotModels = new Token<IPlotModels>(
  'jupyter-mpl-guard:IPlotModels',
  'The plot models of all open notebooks.'
);
