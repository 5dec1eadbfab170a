/**
 * Tells when the kernel behind a notebook was restarted, by whomever.
 */
import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel, KernelMessage, Session } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/**
 * What happened to the kernel:
 *
 * - `changed`: it is another kernel, or none; nothing is known of it
 * - `connected`: the connection came up, to the same process as far as is known
 * - `lost`: a restart has begun; what was known is no longer true
 * - `restarted`: a new process answers
 */
export type KernelEvent = 'changed' | 'connected' | 'lost' | 'restarted';

/** The statuses in which a kernel process is there to be talked to. */
const ALIVE: ReadonlySet<string> = new Set(['starting', 'idle', 'busy']);

/**
 * Watches a session context and tells each restart once.
 *
 * There is no one signal for it. A restart from this page and a crash show as
 * `restarting`, at a time when the old process may still be the one that
 * answers, so they only raise an expectation that is met when the kernel is
 * connected and alive again. A restart by another client shows as a lone
 * `starting`, which can get lost, and one that happens while the network is
 * away shows as nothing at all. What never lies is the session id in the
 * headers of the kernel's own status messages: each process has another one. It
 * finds the restarts that the statuses do not show, and keeps a mere reconnect
 * from being taken for a restart.
 */
export class RestartWatcher implements IDisposable {
  /** Start watching; the context outlives the watcher or is disposed with it. */
  constructor(context: RestartWatcher.IContext) {
    this._context = context;
    context.kernelChanged.connect(this._onKernelChanged, this);
    context.statusChanged.connect(this._onStatusChanged, this);
    context.connectionStatusChanged.connect(this._onConnected, this);
    context.iopubMessage.connect(this._onMessage, this);
  }

  /** Emitted for each thing that happens to the kernel. */
  get happened(): ISignal<this, KernelEvent> {
    return this._happened;
  }

  /** Whether the watcher has stopped. */
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
    // The context also emits statuses of its own making; the kernel's is true.
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
        // A new kernel says so too, before anything else is known of it.
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
    // The server speaks in the kernel's name of `restarting` and `dead`.
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

  /** A restart has begun. */
  private _expect(): void {
    if (!this._expected) {
      this._expected = true;
      this._happened.emit('lost');
    }
  }

  /** Tell the restart, once the new process is there. */
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
  /** The session id in the headers of the process; empty when not known. */
  private _process = '';
  private _status: Kernel.Status = 'unknown';
}

/** The types that a watcher works with. */
export namespace RestartWatcher {
  /** The part of a session context that a watcher looks at. */
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
