/**
 * Stand-ins that behave like a kernel behind a notebook.
 */
import type {
  Kernel,
  KernelMessage,
  ServerConnection,
  Session
} from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

import type { PlotState } from '../../plotState';
import type { IContext } from '../../kernel/availability';
import { PLOT_STATE_MIMETYPE } from '../../kernel/iopub';
import type { RestartWatcher } from '../../kernel/restartWatcher';
import { FakeServer } from './fakeServer';

/** A kernel connection of which the model reads a few properties. */
export class FakeKernel {
  constructor(
    readonly id: string,
    readonly serverSettings: ServerConnection.ISettings
  ) {}
  status: Kernel.Status = 'unknown';
  connectionStatus: Kernel.ConnectionStatus = 'connecting';
  /** The session id in the headers of the kernel process. */
  process = 'p1';
}

/** A session context that emits what JupyterLab's emits, in its order. */
export class FakeContext {
  constructor(readonly server = new FakeServer()) {}

  readonly kernelChanged = new Signal<
    this,
    Session.ISessionConnection.IKernelChangedArgs
  >(this);
  readonly statusChanged = new Signal<this, Kernel.Status>(this);
  readonly connectionStatusChanged = new Signal<this, Kernel.ConnectionStatus>(
    this
  );
  readonly iopubMessage = new Signal<this, KernelMessage.IMessage>(this);
  isReady = false;
  isRestarting = false;
  readonly path = 'a.ipynb';
  session: { kernel: FakeKernel | null } = { kernel: null };

  /** The running sessions of the server. */
  readonly sessionManager = {
    isReady: false,
    paths: [] as string[],
    running() {
      return this.paths.map(path => ({ path }));
    }
  };

  /** This context, as the type that the code under test asks for. */
  get context(): IContext & RestartWatcher.IContext {
    return this as unknown as IContext & RestartWatcher.IContext;
  }

  get hasNoKernel(): boolean {
    return !this.session.kernel;
  }

  get kernel(): FakeKernel {
    return this.session.kernel!;
  }

  /** Replace the kernel with another one, or with none. */
  change(id: string | null): void {
    const oldValue = this.session.kernel as unknown as Kernel.IKernelConnection;
    this.session.kernel =
      id === null ? null : new FakeKernel(id, this.server.settings);
    this.kernelChanged.emit({
      name: 'kernel',
      oldValue,
      newValue: this.session.kernel as unknown as Kernel.IKernelConnection
    });
  }

  /** Change the connection; without one, the status of the kernel is unknown. */
  connection(status: Kernel.ConnectionStatus): void {
    this.kernel.connectionStatus = status;
    if (status !== 'connected') {
      this.ownStatus('unknown');
    }
    this.connectionStatusChanged.emit(status);
  }

  /** Give the kernel a status without a message, as the page does. */
  ownStatus(status: Kernel.Status): void {
    if (this.kernel.status !== status) {
      this.kernel.status = status;
      this.statusChanged.emit(status);
    }
  }

  /** Send a status message; the status changes first, as in JupyterLab. */
  status(status: Kernel.Status, process = this.kernel.process): void {
    this.ownStatus(status);
    this._emit('status', { execution_state: status }, process);
  }

  /** Send a plot state, as the agent does. */
  publish(state: PlotState): void {
    this._emit(
      'update_display_data',
      {
        data: { [PLOT_STATE_MIMETYPE]: state },
        metadata: {},
        transient: { display_id: 'jupyter-mpl-guard' }
      },
      this.kernel.process
    );
  }

  /** Send a message of another type. */
  message(type: string, content: object): void {
    this._emit(type, content, this.kernel.process);
  }

  /** Start a kernel, which connects and becomes idle. */
  start(id = 'k1'): void {
    this.change(id);
    this.connection('connected');
    this.status('starting');
    this.status('busy');
    this.status('idle');
  }

  /** Restart as the user does in the menu. */
  restartFromMenu(): void {
    const { kernel } = this;
    this.isRestarting = true;
    this.statusChanged.emit('restarting');
    this.ownStatus('restarting');
    kernel.process = `${kernel.process}+`;
    this.connection('connecting');
    this.connection('connected');
    this.isRestarting = false;
    this.statusChanged.emit(kernel.status);
    this.kernelChanged.emit({
      name: 'kernel',
      oldValue: kernel as unknown as Kernel.IKernelConnection,
      newValue: kernel as unknown as Kernel.IKernelConnection
    });
    this.status('busy');
    this.status('idle');
  }

  /** End the process, which the server starts again. */
  crash(): void {
    const { kernel } = this;
    this.status('restarting', 'the server');
    this.ownStatus('autorestarting');
    kernel.process = `${kernel.process}+`;
    this.connection('connecting');
    this.connection('connected');
    this.status('starting');
    this.status('busy');
    this.status('idle');
  }

  /** Restart as another client does; the connection stays. */
  restartElsewhere(): void {
    this.kernel.process = `${this.kernel.process}+`;
    this.status('starting');
    this.status('idle');
  }

  private _emit(type: string, content: object, process: string): void {
    this.iopubMessage.emit({
      header: { msg_type: type, session: process },
      content
    } as unknown as KernelMessage.IMessage);
  }
}
