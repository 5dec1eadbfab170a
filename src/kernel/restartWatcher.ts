/**
 * Reports each restart of the kernel of a notebook, whoever caused it.
 */
import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel, KernelMessage, Session } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/**
 * What happened to the kernel:
 *
 * - `changed`: it is another kernel, or none; nothing is known about it
 * - `connected`: the connection came up, to the same process as far as is known
 * - `lost`: a restart has begun; what was known is not true any more
 * - `restarted`: a new process answers
 */
export type KernelEvent = 'changed' | 'connected' | 'lost' | 'restarted';

/** The statuses in which a kernel process can answer. */
const ALIVE: ReadonlySet<string> = new Set(['starting', 'idle', 'busy']);

/**
 * Watches a session context and reports each restart once.
 *
 * No single signal shows it. A restart from this page and a crash show as
 * `restarting`, at a time when the old process may still be the one that
 * answers, so they only announce it; it is reported when the kernel is
 * connected and alive again. A restart by another client shows as a lone
 * `starting`, which can get lost, and one that happens while the network is
 * away shows as nothing at all. The session id in the headers of the kernel's
 * own status messages is always right: each process has another one. It reveals
 * the restarts that the statuses do not show, and distinguishes a restart from
 * a mere reconnect.
 */
export class RestartWatcher implements IDisposable {
  /** Watch a context, which outlives the watcher or is disposed of with it. */
  constructor(context: RestartWatcher.IContext) {
    this._context = context;
    context.kernelChanged.connect(this._onKernelChanged, this);
    context.statusChanged.connect(this._onStatusChanged, this);
    context.connectionStatusChanged.connect(this._onConnected, this);
    context.iopubMessage.connect(this._onMessage, this);
  }

  /** Emitted with each event of the kernel. */
  get happened(): ISignal<this, KernelEvent> {
    return this._happened;
  }

  /** Whether it is disposed of. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Stop watching. */
  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._context.kernelChanged.disconnect(this._onKernelChanged, this);
    this._context.statusChanged.disconnect(this._onStatusChanged, this);
    this._context.connectionStatusChanged.disconnect(this._onConnected, this);
    this._context.iopubMessage.disconnect(this._onMessage, this);
    Signal.clearData(this);
  }

  private get _kernel(): Kernel.IKernelConnection | null {
    return this._context.session?.kernel ?? null;
  }

  private _onKernelChanged(
    sender: unknown,
    change: Session.ISessionConnection.IKernelChangedArgs
  ): void {
    if (change.newValue && change.oldValue === change.newValue) {
      // The end of a restart from this page.
      this._settle();
      return;
    }
    this._forget();
    this._happened.emit('changed');
    this._onConnected();
  }

  private _onStatusChanged(): void {
    // The context also emits statuses that the kernel does not have.
    const status = this._kernel?.status ?? 'unknown';
    if (status === this._status) {
      this._settle();
      return;
    }
    this._status = status;
    switch (status) {
      case 'restarting':
      case 'autorestarting':
        this._expect();
        break;
      case 'starting':
        // A new kernel, about which nothing else is known, is starting, too.
        if (this._process) {
          this._expect();
        }
        break;
      case 'dead':
        this._forget();
        this._happened.emit('changed');
        return;
      default:
        break;
    }
    this._settle();
  }

  private _onConnected(): void {
    if (this._expected) {
      this._settle();
    } else if (this._kernel?.connectionStatus === 'connected') {
      this._happened.emit('connected');
    }
  }

  private _onMessage(sender: unknown, message: KernelMessage.IMessage): void {
    if (message.header.msg_type !== 'status') {
      return;
    }
    const { execution_state } = message.content as { execution_state: string };
    // The server sends `restarting` and `dead` in the name of the kernel.
    if (this._expected || !ALIVE.has(execution_state)) {
      return;
    }
    const process = message.header.session;
    if (this._process && this._process !== process) {
      this._expect();
      this._settle();
    }
    this._process = process;
  }

  /** Report that a restart has begun. */
  private _expect(): void {
    if (!this._expected) {
      this._expected = true;
      this._happened.emit('lost');
    }
  }

  /** Report the restart, once the new process answers. */
  private _settle(): void {
    if (
      this._expected &&
      !this._context.isRestarting &&
      this._kernel?.connectionStatus === 'connected' &&
      ALIVE.has(this._kernel.status)
    ) {
      this._expected = false;
      this._process = '';
      this._happened.emit('restarted');
    }
  }

  private _forget(): void {
    this._expected = false;
    this._process = '';
    this._status = 'unknown';
  }

  private readonly _context: RestartWatcher.IContext;
  private _expected = false;
  private _happened = new Signal<this, KernelEvent>(this);
  private _isDisposed = false;
  /** The session id in the headers of the process; empty while it is not known. */
  private _process = '';
  private _status: Kernel.Status = 'unknown';
}

/** The types of a restart watcher. */
export namespace RestartWatcher {
  /** The part of a session context that a watcher reads. */
  export type IContext = Pick<
    ISessionContext,
    | 'connectionStatusChanged'
    | 'iopubMessage'
    | 'isRestarting'
    | 'kernelChanged'
    | 'session'
    | 'statusChanged'
  >;
}
