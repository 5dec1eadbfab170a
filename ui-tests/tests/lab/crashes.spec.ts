import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { ShownCanvas } from '../support/canvas';
import { PLOT, plotCrashAndGoOn } from '../support/crash';
import type { GuardedNotebook } from '../support/notebook';
import { countPixels } from '../support/pixels';
import { expect, test, testInOwnPage } from '../support/labTest';

const SET_UP = '%matplotlib widget\nimport matplotlib.pyplot as plt';

/** How often a kernel is killed in a row; each takes some seconds, of which continuous integration has few. */
const CRASHES = process.env.CI ? 4 : 50;

/** A cell that plots a thick blue line on a canvas of its own. */
const plot = (number: number) =>
  `fig${number}, ax${number} = plt.subplots(figsize=(3, 2))
line${number}, = ax${number}.plot([1, 4, 2], linewidth=12, color='blue');`;

/** Fill a notebook with so many canvases below the set-up, and run it. */
async function plotMany(
  notebook: GuardedNotebook,
  count: number
): Promise<ShownCanvas[]> {
  const numbers = [...Array(count).keys()];
  await notebook.fill([SET_UP, ...numbers.map(plot), '', '']);
  await notebook.runAll();
  const canvases = numbers.map(
    number => new ShownCanvas(notebook.page, notebook.outputs(number + 1))
  );
  await canvases[count - 1].expectColour('blue');
  return canvases;
}

/** Keep a picture of the page with the test's results. */
async function keepPicture(
  page: IJupyterLabPageFixture,
  name: string
): Promise<void> {
  const path = test.info().outputPath(`${name}.png`);
  await page.screenshot({ path });
}

test('a canvas is restored in place', async ({ notebook, page }) => {
  await plotCrashAndGoOn(notebook);
  await keepPicture(page, 'light');
});

test('a canvas is restored in place in the dark theme', { tag: '@thorough' }, async ({
  notebook,
  page
}) => {
  await page.theme.setDarkTheme();
  await plotCrashAndGoOn(notebook);
  await keepPicture(page, 'dark');
});

testInOwnPage.describe('on a screen of twice the resolution', { tag: '@thorough' }, () => {
  testInOwnPage.use({ deviceScaleFactor: 2 });

  testInOwnPage('a canvas is restored in place, and as sharp', async ({
    notebook,
    page
  }) => {
    await plotCrashAndGoOn(notebook);
    const { picture } = new ShownCanvas(page, notebook.outputs(0));
    const [width, shown] = await picture.evaluate((node: HTMLCanvasElement) => [
      node.width,
      node.clientWidth
    ]);
    expect(width).toBe(2 * shown);
    await keepPicture(page, 'sharp');
  });
});

for (const count of process.env.CI ? [20] : [5, 20]) {
  test(`${count} canvases are restored, each in its place`, async ({
    notebook,
    page
  }) => {
    const canvases = await plotMany(notebook, count);
    const saved = await notebook.save();
    await expect.poll(() => notebook.savedFigures()).toBe(count);
    await notebook.crash();
    expect((await notebook.document()).dirty).toBe(false);
    expect(await notebook.save()).toBe(saved);

    const colour = "plt.setp([line0, line%d], color='red'); None";
    const code = colour.replace('%d', String(count - 1));
    expect(await notebook.run(code, count + 1)).toBe('');
    await canvases[count - 1].expectColour('red');
    await keepPicture(page, 'last');
    await canvases[0].picture.scrollIntoViewIfNeeded();
    await canvases[0].expectColour('red');
    await canvases[1].expectColour('blue');
    await keepPicture(page, 'first');
    expect(await notebook.run('print(len(plt.get_fignums()))', count + 2)).toBe(
      String(count)
    );
  });
}

test('a canvas that was zoomed is restored zoomed, and Home works', async ({
  notebook,
  page
}) => {
  await notebook.run(PLOT);
  const canvas = new ShownCanvas(page, notebook.outputs(0));
  await canvas.expectColour('blue');
  await canvas.press('Zoom');
  await canvas.drag(80, -110);
  const zoomed = async () =>
    notebook.value('[*map(float, (*ax.get_xlim(), *ax.get_ylim()))]');
  await expect.poll(zoomed).not.toContain('[0.0, 2.0');
  const before = await zoomed();
  await notebook.run('pass', 1); // what the mouse does is saved before the next cell starts, or a second later
  await keepPicture(page, 'before');

  await notebook.crash();
  expect(await zoomed()).toBe(before);
  await canvas.expectColour('blue');
  await keepPicture(page, 'after');
  // The mouse zooms as before, without the button being pressed again.
  await canvas.drag(60, -40);
  await expect.poll(zoomed).not.toBe(before);
  await canvas.press('Home');
  await expect.poll(zoomed).toContain('[0.0, 2.0');
});

test(`${CRASHES} crashes leave three canvases alive and nothing behind`, async ({
  notebook,
  page
}) => {
  test.setTimeout(600_000);
  const canvases = await plotMany(notebook, 3);
  const left = async () => ({
    ...(await inKernel(notebook)),
    ...(await inPage(page))
  });
  let first: Awaited<ReturnType<typeof left>> | null = null;
  for (let crash = 1; crash <= CRASHES; crash += 1) {
    await notebook.crash();
    const colour = crash % 2 ? 'red' : 'blue';
    const code = `plt.setp([line0, line1, line2], color='${colour}'); None`;
    expect(await notebook.run(code, 4)).toBe('');
    for (const canvas of canvases) {
      await canvas.expectColour(colour);
    }
    if (crash === 3) {
      first = await left();
    }
  }
  await keepPicture(page, 'last');
  const last = await left();
  // What a page has of these goes up and down by a few; a canvas has twenty listeners and as many nodes.
  expect(last.listeners).toBeLessThan(first!.listeners + 40);
  expect(last.nodes).toBeLessThan(first!.nodes + 200);
  expect({ ...last, listeners: 0, nodes: 0 }).toEqual({
    ...first,
    listeners: 0,
    nodes: 0
  });
  expect(await countPixels(canvases[2].picture, 'red')).toBe(0); // the last crash was an even one
});

/** Count the widgets and figures of a kernel. */
async function inKernel(notebook: GuardedNotebook) {
  const figures =
    'sum(isinstance(each, plt.Figure) for each in __import__("gc").get_objects())';
  const comms = 'len(get_ipython().kernel.comm_manager.comms)';
  await notebook.value('__import__("gc").collect()');
  return {
    kernel: await notebook.value(`(plt.get_fignums(), ${figures}, ${comms})`)
  };
}

/** Count the models, listeners and nodes of the page. */
async function inPage(page: IJupyterLabPageFixture) {
  const models = await page.evaluate(() => {
    const { content } = window.jupyterapp.shell.currentWidget as unknown as {
      content: {
        rendermime: { createRenderer(mimeType: string): unknown };
      };
    };
    const renderer = content.rendermime.createRenderer(
      'application/vnd.jupyter.widget-view+json'
    ) as {
      _manager: { promise: Promise<{ _models: object }> };
      dispose(): void;
    };
    return renderer._manager.promise.then(manager => {
      renderer.dispose();
      return Object.keys(manager._models).length;
    });
  });
  const context = page.context(); // galata's page is not the browser's own
  const tools = await context.newCDPSession(context.pages()[0]);
  await tools.send('HeapProfiler.collectGarbage');
  await tools.send('Performance.enable');
  const { metrics } = await tools.send('Performance.getMetrics');
  await tools.detach();
  const metric = (name: string) =>
    metrics.find(each => each.name === name)!.value;
  return {
    models,
    listeners: metric('JSEventListeners'),
    nodes: metric('Nodes')
  };
}
