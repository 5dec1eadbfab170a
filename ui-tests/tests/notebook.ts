/**
 * Drives one notebook in the page, and sees what the guard does in it.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { KernelMessage } from '@jupyterlab/services';
import type { Locator, Page } from '@playwright/test';

declare global {
  interface Window {
    jupyterapp: JupyterFrontEnd;
  }
}

/** Errors that are there with or without us. */
const NOT_OURS = [
  // Notebook's own shortcuts plugin.
  /reading 'schema'/,
  // The mouse over an ipympl canvas whose kernel is gone.
  /Cannot send[^]*jupyter-matplotlib/
];

/** The current notebook of a page, in JupyterLab or Notebook. */
export class GuardedNotebook {
  /** Watch `page`, whose server is at `baseURL`. */
  constructor(
    readonly page: Page,
    readonly baseURL: string
  ) {
    page.on('request', request => {
      const url = new URL(request.url());
      if (url.pathname.startsWith('/mpl-guard/')) {
        this.requests.push(`${request.method()} ${url.pathname}`);
      }
    });
    page.on('pageerror', error => {
      const text = String(error.stack ?? error);
      if (!NOT_OURS.some(each => each.test(text))) {
        this.problems.push(text);
      }
    });
    page.on('console', message => {
      const text = `${message.text()} ${message.location().url}`;
      if (message.type() === 'error' && /mpl[-_]guard/i.test(text)) {
        this.problems.push(text);
      }
    });
  }

  /** What the page has asked the guard, as "METHOD path". */
  readonly requests: string[] = [];

  /** Errors of ours in the console, and errors that nobody caught. */
  readonly problems: string[] = [];

  /** The badge of the notebook that is in front. */
  get badge(): Locator {
    return this.page.locator('.jp-NotebookPanel:visible .jp-MplGuard-badge');
  }

  /** Run code in a cell, the first unless told otherwise, and give what it wrote and returned. */
  async run(code: string, index = 0): Promise<string> {
    await this.write(code, index);
    return this.page.evaluate(async index => {
      const { commands, shell } = window.jupyterapp;
      const { content } = shell.currentWidget as NotebookPanel;
      content.activeCellIndex = index;
      const { model } = content.activeCell as CodeCell;
      await commands.execute('notebook:run-cell');
      return model.outputs
        .toJSON()
        .map(
          output =>
            output.text ??
            output.evalue ??
            (output.data as Record<string, string>)['text/plain']
        )
        .flat()
        .join('')
        .trim();
    }, index);
  }

  /** Put code into a cell without running it, and make the cells that this takes. */
  write(code: string, index = 0): Promise<void> {
    return this.page.evaluate(
      ({ code, index }) => {
        const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
        const { sharedModel } = panel.content.model!;
        while (sharedModel.cells.length <= index) {
          sharedModel.insertCell(sharedModel.cells.length, {
            cell_type: 'code'
          });
        }
        sharedModel.cells[index].setSource(code);
      },
      { code, index }
    );
  }

  /** The outputs of a cell, the first unless told otherwise. */
  outputs(index = 0): Locator {
    return this.page
      .locator('.jp-NotebookPanel:visible .jp-CodeCell')
      .nth(index)
      .locator('.jp-OutputArea-output');
  }

  /** The id of the notebook's kernel. */
  kernelId(): Promise<string> {
    return this.page.evaluate(() => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      return panel.sessionContext.session!.kernel!.id;
    });
  }

  /**
   * Restart elsewhere, and wait until the page hears from the new process, but
   * not for the server's answer, which is the promise in what this gives.
   */
  async beginRestartElsewhere(): Promise<{ agreed: Promise<boolean> }> {
    // Each process has a session id of its own in the headers of its messages.
    const listening = await this.page.evaluateHandle(async () => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      const { sessionContext } = panel;
      const { kernel } = sessionContext.session!;
      const old = (await kernel!.requestKernelInfo())!.header.session;
      const next = new Promise<void>(resolve => {
        const listen = (_: unknown, { header }: KernelMessage.IMessage) => {
          if (header.msg_type === 'status' && header.session !== old) {
            sessionContext.iopubMessage.disconnect(listen);
            resolve();
          }
        };
        sessionContext.iopubMessage.connect(listen);
      });
      return { next };
    });
    const agreed = this.restartElsewhere();
    await listening.evaluate(({ next }) => next);
    return { agreed };
  }

  /** Which life of the kernel process it is, as the server counts. */
  async incarnation(): Promise<number> {
    const url = `${this.baseURL}/mpl-guard/kernels/${await this.kernelId()}`;
    return (await (await this.page.request.get(url)).json()).incarnation;
  }

  /** The path of the notebook's document. */
  path(): Promise<string> {
    return this.page.evaluate(() => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      return panel.context.path;
    });
  }

  /** Restart the kernel as another client of the server does; tells whether the server agreed. */
  async restartElsewhere(): Promise<boolean> {
    const url = `${this.baseURL}/api/kernels/${await this.kernelId()}/restart`;
    return (await this.page.request.post(url)).ok();
  }

  /** End a process of the kernel's with a signal that it cannot catch. */
  async kill(): Promise<void> {
    const pid = Number(await this.run('import os; print(os.getpid())'));
    process.kill(pid, 'SIGKILL');
  }

  /** Press the button of the open dialog that goes ahead. */
  agree(): Promise<void> {
    return this.page.locator('.jp-Dialog .jp-mod-accept').click();
  }

  /** End all kernels of the server. */
  async shutdown(): Promise<void> {
    const { request } = this.page;
    const kernels = await request.get(`${this.baseURL}/api/kernels`);
    for (const { id } of (await kernels.json()) as { id: string }[]) {
      await request.delete(`${this.baseURL}/api/kernels/${id}`);
    }
  }
}

/** Settings of every kind that a test can look at without drawing. */
export const SET_UP = `%matplotlib inline
import matplotlib.pyplot as plt
plt.style.use('ggplot')
plt.rcParams['figure.dpi'] = 137
plt.ioff()
%config InlineBackend.figure_formats = ['svg']`;

/** Prints those settings; needs the name that the set-up has bound. */
export const PROBE = `from matplotlib_inline.config import InlineBackend
print(plt.rcParams['figure.dpi'], plt.rcParams['axes.grid'], plt.isinteractive(),
      plt.rcParams._get('backend').split('.')[-1].split('/')[-1].replace('backend_', ''),
      sorted(InlineBackend.instance().figure_formats))`;

/** What the probe prints while the settings are in force. */
export const IN_FORCE = "137.0 True False inline ['svg']";
