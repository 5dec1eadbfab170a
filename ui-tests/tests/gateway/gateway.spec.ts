import { expect, test } from '@playwright/test';

import { ShownCanvas } from '../support/canvas';
import { plotCrashAndGoOn } from '../support/crash';
import { GuardedNotebook } from '../support/notebook';

test('behind a gateway canvases survive a crash, a restart and a reload, and the next kernel finds them', async ({
  page,
  baseURL
}) => {
  test.setTimeout(300_000); // four kernels, one after the other
  const notebook = new GuardedNotebook(page, baseURL!);
  const path = await notebook.create('far.ipynb');
  const open = async () => {
    await page.goto(`lab/tree/${path}?reset`);
    await page.waitForFunction(() => window.jupyterapp?.restored);
  };
  await open();
  await expect(notebook.badge).toHaveAttribute('data-status', 'absent');
  const canvas = new ShownCanvas(page, notebook.outputs(0));

  await test.step('a crash on the side of the gateway', () =>
    plotCrashAndGoOn(notebook));

  await test.step('a reload of the page', async () => {
    await notebook.save();
    await page.reload();
    await expect(notebook.badge).toHaveAttribute('data-status', 'restored');
    await expect(notebook.badge).toHaveAttribute('data-figures', '1');
    await canvas.expectColour('red');
  });

  await test.step('a restart that the user asks for', async () => {
    const command = 'kernelmenu:restart'; // of the Kernel menu
    const asked = page.evaluate(
      command => window.jupyterapp.commands.execute(command),
      command
    );
    await notebook.agree();
    await asked;
    await expect(notebook.badge).toHaveAttribute('data-status', 'offered');
    await expect(notebook.badge).toHaveAttribute('data-backend', 'widget');
    await notebook
      .deadPlot()
      .getByRole('button', { name: 'Restore figures' })
      .click();
    await expect(notebook.badge).toHaveAttribute('data-status', 'restored');
    await notebook.run("line.set_color('lime')", 2);
    await canvas.expectColour('lime');
  });

  await test.step('a crash while no page is open', async () => {
    const [before, pid] = [await notebook.incarnation(), await notebook.pid()];
    const url = `${baseURL}/mpl-guard/kernels/${await notebook.kernelId()}`;
    await notebook.save();
    await page.goto('about:blank');
    process.kill(pid, 'SIGKILL');
    await expect
      .poll(async () => (await (await page.request.get(url)).json()).incarnation)
      .toBe(before + 1);
    await open();
    await expect(notebook.badge).toHaveAttribute('data-status', 'restored');
    await canvas.expectColour('lime');
    expect(await notebook.run('print(ax.figure is fig)', 3)).toBe('True');
  });

  await test.step('the next kernel of the notebook', async () => {
    await notebook.save();
    await page.evaluate(() =>
      window.jupyterapp.commands.execute('kernelmenu:shutdown')
    );
    await open();
    await expect(notebook.badge).toHaveAttribute('data-status', 'offered');
    await expect(notebook.badge).toHaveAttribute('data-backend', 'widget');
    await expect(notebook.badge).toHaveAttribute('data-figures', '1');
  });
  await notebook.shutdown();
  expect(notebook.problems).toEqual([]);
});
