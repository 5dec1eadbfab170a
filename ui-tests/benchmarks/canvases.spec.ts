/**
 * How soon canvases show their figures again after a crash, and how long the page cannot be used meanwhile.
 *
 * Beside the guard stands what a user would do without it: run the cells again as soon as the kernel is there.
 */
import { writeFileSync } from 'node:fs';

import type { CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { KernelMessage } from '@jupyterlab/services';

import type { GuardedNotebook } from '../tests/support/notebook';
import { test } from '../tests/support/labTest';

/** Where the figures go, as JSON. */
const RESULTS = process.env.MPL_GUARD_RESULTS ?? 'canvases.json';

/** How often each is measured. */
const TIMES = Number(process.env.MPL_GUARD_TIMES ?? 3);

/** How many canvases there are. */
const COUNTS = [1, 5, 20];

/** How many cells the notebook has in which the page's work is measured. */
const LONG = 200;

const SET_UP = '%matplotlib widget\nimport matplotlib.pyplot as plt';

const plot = (number: number) => `fig${number}, ax${number} = plt.subplots(figsize=(5, 3))
ax${number}.plot([1, 4, 2, ${number}]);`;

/** What one crash takes, in milliseconds. */
interface IOutcome {
  /** From the first word of the new process until every canvas shows the figure. */
  shown: number;
  /** Until the kernel has sent a picture for every canvas. */
  drawn: number;
  /** By how much tasks of the page went over 50 ms in that time, in all. */
  blocked: number;
}

/** Make the cells of a notebook: the set-up, plots, and text between them. */
async function fill(
  notebook: GuardedNotebook,
  canvases: number,
  cells: number
): Promise<void> {
  const every = Math.floor((cells - 1) / canvases);
  const sources = [SET_UP];
  for (let index = 0; index < cells - 1; index += 1) {
    const number = index / every;
    sources.push(
      Number.isInteger(number) && number < canvases
        ? plot(number)
        : `print(${index})`
    );
  }
  await notebook.fill(sources);
}

/** Kill the kernel, and measure when its canvases show their figures; `again` runs all cells as soon as it is there. */
async function measure(
  notebook: GuardedNotebook,
  canvases: number,
  again: boolean
): Promise<IOutcome> {
  const measuring = await notebook.page.evaluateHandle(
    async ({ canvases, again }) => {
      const { commands, shell } = window.jupyterapp;
      const { content, sessionContext } = shell.currentWidget as NotebookPanel;
      const { kernel } = sessionContext.session!;
      const old = (await kernel!.requestKernelInfo())!.header.session;
      const pictureIn = (area: HTMLElement) =>
        area.querySelector<HTMLCanvasElement>(
          '.jupyter-matplotlib-canvas-div canvas'
        );
      const areas = content.widgets
        .filter(cell => cell.model.type === 'code')
        .map(cell => (cell as CodeCell).outputArea.node)
        .filter(pictureIn);
      const dead = new Set(areas.map(pictureIn));
      const isDrawn = (canvas: HTMLCanvasElement) =>
        canvas.width > 0 &&
        canvas
          .getContext('2d')!
          .getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data[3] > 0;
      const up = new Promise<number>(resolve => {
        const listen = (_: unknown, message: KernelMessage.IMessage) => {
          const { header, content } = message;
          if (
            header.msg_type === 'status' &&
            header.session !== old &&
            (content as { execution_state: string }).execution_state !==
              'restarting'
          ) {
            sessionContext.iopubMessage.disconnect(listen);
            resolve(performance.now());
          }
        };
        sessionContext.iopubMessage.connect(listen);
      });
      // ipympl draws onto a canvas when a picture has come: nothing is asked of the page in between.
      const shown = up.then(() => new Promise<number>(resolve => {
        const waiting = new Set(areas);
        const { drawImage } = CanvasRenderingContext2D.prototype;
        const watching = function (
          this: CanvasRenderingContext2D,
          ...args: unknown[]
        ): void {
          Reflect.apply(drawImage, this, args);
          for (const area of waiting) {
            const canvas = pictureIn(area);
            if (
              canvas === this.canvas &&
              !dead.has(canvas) &&
              isDrawn(canvas)
            ) {
              waiting.delete(area);
            }
          }
          if (!waiting.size) {
            CanvasRenderingContext2D.prototype.drawImage = drawImage;
            resolve(performance.now());
          }
        };
        CanvasRenderingContext2D.prototype.drawImage =
          watching as typeof drawImage;
      }));
      const drawn = up.then(() => new Promise<number>(resolve => {
        const received = new Set<string>();
        const listen = (_: unknown, message: KernelMessage.IMessage) => {
          if (
            message.header.msg_type === 'comm_msg' &&
            message.buffers?.length
          ) {
            received.add((message.content as { comm_id: string }).comm_id);
            if (received.size === canvases) {
              sessionContext.iopubMessage.disconnect(listen);
              resolve(performance.now());
            }
          }
        };
        sessionContext.iopubMessage.connect(listen);
      }));
      const outcome = up.then(async start => {
        let blocked = 0;
        const observer = new PerformanceObserver(list => {
          for (const { duration } of list.getEntries()) {
            blocked += duration - 50;
          }
        });
        observer.observe({ type: 'longtask' });
        if (again) {
          void commands.execute('notebook:run-all-cells');
        }
        const ends = await Promise.all([shown, drawn]);
        observer.disconnect();
        return { shown: ends[0] - start, drawn: ends[1] - start, blocked };
      });
      return { outcome };
    },
    { canvases, again }
  );
  await notebook.kill();
  await notebook.agree();
  return measuring.evaluate(({ outcome }) => outcome);
}

test('how soon canvases show their figures again', async ({ notebook }) => {
  const results: Record<string, IOutcome[]> = {};
  const each = async (name: string, canvases: number, again = false) => {
    results[name] = [];
    for (let time = 0; time < TIMES; time += 1) {
      results[name].push(await measure(notebook, canvases, again));
      // A crash after a cell that has ended is not blamed on the guard.
      await notebook.run(SET_UP);
    }
  };
  for (const canvases of COUNTS) {
    await fill(notebook, canvases, canvases + 1);
    await notebook.runAll();
    await each(`guarded ${canvases}`, canvases);
  }
  const most = COUNTS[COUNTS.length - 1];
  await fill(notebook, most, LONG);
  await notebook.runAll();
  await each('guarded long', most);
  await notebook.pause();
  for (const canvases of COUNTS) {
    await fill(notebook, canvases, canvases + 1);
    await notebook.runAll();
    await each(`again ${canvases}`, canvases, true);
  }
  writeFileSync(RESULTS, JSON.stringify(results, null, 1));
});
