/**
 * Drives one notebook in the page, and reads what the guard does in it.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { KernelMessage } from '@jupyterlab/services';
import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';

declare global {
  interface Window {
    jupyterapp: JupyterFrontEnd;
  }
}

/** Errors that occur without this extension, too. */
const UNRELATED = [
  // Notebook's own shortcuts plugin.
  /reading 'schema'/,
  // The mouse over an ipympl canvas whose kernel is gone.
  /Cannot send[^]*jupyter-matplotlib/,
  // JupyterLab requests the kernel's info and does not wait for it, when the kernel dies once more meanwhile.
  /Canceled future for kernel_info_request/,
  // It also asks for a subshell for each comm target that is registered, and does not wait for that either.
  /Canceled future for create_subshell_request/,
  // JupyterLab's windowed list, when a page is left while it draws a notebook.
  /reading 'observe'[^]*jlab_core/
];

/** The workspace of the second tab of a browser. */
export const OTHER_WORKSPACE = 'other';

/** What the tests look at of the plot state of a kernel. */
interface IPlotState {
  readonly incarnation: number;
  readonly figures: readonly { readonly saved: boolean }[];
}

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
      // What is thrown need not be an error.
      const text = error.stack || String(error);
      if (!UNRELATED.some(each => each.test(text))) {
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

  /** The requests of the page to the guard, as "METHOD path". */
  readonly requests: string[] = [];

  /** Errors of this extension in the console, and errors that were not caught. */
  readonly problems: string[] = [];

  /** The badge of the notebook that is in front. */
  get badge(): Locator {
    return this.page.locator('.jp-NotebookPanel:visible .jp-MplGuard-badge');
  }

  /** Run code in a cell, by default the first, and return what it has written and returned. */
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

  /** Give the notebook these cells and no others. */
  fill(sources: string[]): Promise<void> {
    return this.page.evaluate(sources => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      const { sharedModel } = panel.content.model!;
      sharedModel.deleteCellRange(0, sharedModel.cells.length);
      sharedModel.insertCells(
        0,
        sources.map(source => ({ cell_type: 'code', source }))
      );
    }, sources);
  }

  /** Run all cells and wait for the last one's end. */
  runAll(): Promise<void> {
    return this.page.evaluate(() =>
      window.jupyterapp.commands.execute('notebook:run-all-cells')
    );
  }

  /** Switch the guard off for the notebook's kernel. */
  async pause(): Promise<void> {
    const url = `${this.baseURL}/mpl-guard/kernels/${await this.kernelId()}`;
    await this.page.request.patch(url, { data: { paused: true } });
  }

  /** The outputs of a cell, by default the first. */
  outputs(index = 0): Locator {
    return this._cell(index).locator('.jp-OutputArea-output');
  }

  /** The canvas in which the plot of a cell is drawn, while the cell shows one. */
  canvas(index = 0): Locator {
    return this.outputs(index).locator('canvas').first();
  }

  /** The picture that stands in place of a cell's plot. */
  deadPlot(index = 0): Locator {
    return this._cell(index).locator('.jp-MplGuard-dead');
  }

  /** The mark on the plots of a cell. */
  staleMark(index = 0): Locator {
    return this._cell(index).locator('.jp-MplGuard-stale');
  }

  /** The plot state of the kernel, as the server answers it. */
  private async _plotState(): Promise<IPlotState> {
    const url = `${this.baseURL}/mpl-guard/kernels/${await this.kernelId()}`;
    return (await this.page.request.get(url)).json();
  }

  /**
   * A cell by its place in the notebook.
   *
   * JupyterLab may leave the empty cell that a page has drawn before it had the
   * notebook's content in front of the others, without a place of its own.
   */
  private _cell(index: number): Locator {
    return this.page
      .locator(
        `.jp-NotebookPanel:visible .jp-CodeCell[data-windowed-list-index="${index}"]`
      )
      .last();
  }

  /** Whether the document has changes that are not saved, and what it would be saved as. */
  document(): Promise<{ dirty: boolean; content: string }> {
    return this.page.evaluate(() => {
      const { shell } = window.jupyterapp;
      const { model } = (shell.currentWidget as NotebookPanel).context;
      return { dirty: model.dirty, content: JSON.stringify(model.toJSON()) };
    });
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
   * not for the server's answer, which is the promise in the result.
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

  /** Make an empty notebook on the server and return its path. */
  async create(path: string): Promise<string> {
    const url = `${this.baseURL}/api/contents/${path}`;
    await this.page.request.delete(url); // of an earlier try, whose plots would be restored
    const answer = await this.page.request.put(url, {
      data: {
        type: 'notebook',
        content: {
          cells: [
            {
              cell_type: 'code',
              execution_count: null,
              id: 'first',
              metadata: {},
              outputs: [],
              source: ''
            }
          ],
          metadata: {
            kernelspec: {
              name: 'python3',
              display_name: '',
              language: 'python'
            }
          },
          nbformat: 4,
          nbformat_minor: 5
        }
      }
    });
    return (await answer.json()).path;
  }

  /** Open a notebook of the server in the page, with its kernel. */
  async open(path: string): Promise<void> {
    await this.page.evaluate(async path => {
      await window.jupyterapp.commands.execute('docmanager:open', {
        path,
        factory: 'Notebook'
      });
    }, path);
    await this.page.waitForFunction(path => {
      const { currentWidget } = window.jupyterapp.shell;
      return (currentWidget as NotebookPanel | null)?.context?.path === path;
    }, path);
  }

  /**
   * Go to a notebook in one more tab of the browser.
   *
   * A tab that finds the name of its workspace taken loads the page once more,
   * with another workspace.
   */
  async openAgain(path?: string): Promise<GuardedNotebook> {
    const page = await this.page.context().newPage();
    const other = new GuardedNotebook(page, this.baseURL);
    path ??= await this.path();
    await page.goto(`lab/workspaces/${OTHER_WORKSPACE}/tree/${path}?reset`);
    return other;
  }

  /** The incarnation of the kernel, as the server counts. */
  async incarnation(): Promise<number> {
    return (await this._plotState()).incarnation;
  }

  /** How many figures of the kernel are saved, as the server knows. */
  async savedFigures(): Promise<number> {
    const { figures } = await this._plotState();
    return figures.filter(({ saved }) => saved).length;
  }

  /** The path of the notebook's document. */
  path(): Promise<string> {
    return this.page.evaluate(() => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      return panel.context.path;
    });
  }

  /** Restart the kernel as another client of the server does; return whether the server agreed. */
  async restartElsewhere(): Promise<boolean> {
    const url = `${this.baseURL}/api/kernels/${await this.kernelId()}/restart`;
    return (await this.page.request.post(url)).ok();
  }

  /** The value of an expression in the kernel, as Python prints it, without a cell. */
  value(expression: string): Promise<string> {
    return this.page.evaluate(async expression => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      const { done } = panel.sessionContext.session!.kernel!.requestExecute({
        code: '',
        silent: true,
        user_expressions: { value: expression }
      });
      const { user_expressions } = (await done).content as unknown as {
        user_expressions: {
          value: { data?: Record<string, string>; evalue?: string };
        };
      };
      const { data, evalue } = user_expressions.value;
      return data?.['text/plain'] ?? evalue!;
    }, expression);
  }

  /** The id of the kernel's process. */
  async pid(): Promise<number> {
    return Number(await this.value('__import__("os").getpid()'));
  }

  /** End the kernel's process with a signal that it cannot catch. */
  async kill(): Promise<void> {
    process.kill(await this.pid(), 'SIGKILL');
  }

  /** Kill the kernel and wait until the guard has restored everything. */
  async crash(): Promise<void> {
    const before = await this.incarnation();
    await this.kill();
    await this.agree(); // the page says that the kernel has died
    await expect.poll(() => this.incarnation()).toBe(before + 1);
    await expect(this.badge).toHaveAttribute('data-status', 'restored');
  }

  /**
   * Save the document, and return the text of its file.
   *
   * A server for shared documents (jupyter_server_ydoc 3.0) never answers a
   * request to save that a change overtakes before it has begun: ask again.
   */
  async save(): Promise<string> {
    const ask = () =>
      this.page.evaluate(() => {
        const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
        const limit = new Promise<never>((_, reject) => {
          setTimeout(() => reject(new Error('There was no answer.')), 5000);
        });
        return Promise.race([panel.context.save(), limit]);
      });
    await expect(ask).toPass();
    return this.file();
  }

  /** The text of the document's file, as it is on the server's disk. */
  async file(): Promise<string> {
    const url = `${this.baseURL}/files/${await this.path()}?download=1`;
    return (await this.page.request.get(url)).text();
  }

  /** Whether the document is edited together with others. */
  isShared(): Promise<boolean> {
    return this.page.evaluate(() => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      return panel.context.model.collaborative ?? false;
    });
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
