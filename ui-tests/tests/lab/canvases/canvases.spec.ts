import { writeFileSync } from 'node:fs';

import { galata } from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Page } from '@playwright/test';

import { intercept } from '../../support/intercept';
import type { GuardedNotebook } from '../../support/notebook';
import { expectPixels } from '../../support/pixels';
import { expectAlive, plot } from '../../support/plots';
import { expect, test, testInOwnPage } from '../../support/labTest';

test('canvases are alive in two tabs', async ({ notebook }, info) => {
  await notebook.run(plot());
  const pid = await notebook.pid();
  await notebook.save();
  const other = await openAgain(notebook);
  await expect(other.canvas()).toBeVisible();

  process.kill(pid, 'SIGKILL');
  await notebook.agree();
  await other.agree();
  await expect(notebook.badge).toHaveAttribute('data-status', 'restored');
  await expect(other.badge).toHaveAttribute('data-status', 'restored');
  await expectAlive(notebook, [notebook.canvas(), other.canvas()]);
  await other.page.screenshot({ path: info.outputPath('other.png') });
  expect(other.problems).toEqual([]);
});

testInOwnPage(
  'canvases are alive in a page that is reloaded during the restore',
  async ({ notebook, page }, info) => {
    await notebook.run(plot(2));
    await notebook.save();
    await notebook.kill();
    await expect(notebook.badge).toHaveAttribute('data-status', 'restoring');
    await page.evaluate(() => window.location.reload());
    await expect(notebook.badge).toHaveAttribute('data-status', 'restored');
    await expectAlive(
      notebook,
      [0, 1].map(at => notebook.outputs(0).nth(at).locator('canvas').first())
    );
    await page.screenshot({ path: info.outputPath('reloaded.png') });
  }
);

test('canvases are alive in a tab that is reloaded during the restore, and in the other', { tag: '@thorough' }, async ({
  notebook
}, info) => {
  await notebook.run(plot(2));
  const pid = await notebook.pid();
  await notebook.save();
  const other = await openAgain(notebook);
  await expect(other.canvas()).toBeVisible();

  process.kill(pid, 'SIGKILL');
  await expect(other.badge).toHaveAttribute('data-status', 'restoring');
  await other.page.reload();
  await notebook.agree();
  await expect(other.badge).toHaveAttribute('data-status', 'restored');
  await expectAlive(notebook, [
    notebook.outputs(0).nth(0).locator('canvas').first(),
    other.outputs(0).nth(0).locator('canvas').first(),
    other.outputs(0).nth(1).locator('canvas').first()
  ]);
  await other.page.screenshot({ path: info.outputPath('reloaded.png') });
  expect(other.problems).toEqual([]);
});

test('canvases are alive in a page that opens after the crash', async ({
  notebook
}, info) => {
  await notebook.run(plot());
  await notebook.save();
  await notebook.crash();
  const other = await openAgain(notebook);
  await expect(other.canvas()).toBeVisible();
  await expectAlive(other, [notebook.canvas(), other.canvas()]);
  await other.page.screenshot({ path: info.outputPath('opened.png') });
  expect(other.problems).toEqual([]);
});

test('canvases are alive in a page that opens while the kernel is busy', async ({
  notebook,
  page
}, info) => {
  await notebook.run(plot(2));
  await notebook.save();
  const free = info.outputPath('free');
  await execute(
    notebook,
    `import os, time
while not os.path.exists(${JSON.stringify(free)}):
    time.sleep(0.1)`
  );
  // ipywidgets requests all widgets at once, and one by one when that takes too long.
  const requested = new Promise<void>(resolve => {
    page.context().once('page', opened =>
      opened.on('websocket', socket =>
        socket.on('framesent', ({ payload }) => {
          if (payload.includes('comm_info_request')) {
            resolve();
          }
        })
      )
    );
  });
  const other = await openAgain(notebook);
  await requested;
  // A widget that is closed before its turn has come is never answered for.
  await execute(notebook, 'plt.close(2); lines.pop(); del fig, ax');
  writeFileSync(free, '');
  await expect(other.canvas()).toBeVisible();
  await expect(other.badge).toHaveAttribute('data-figures', '1');
  await expect(
    other.page.getByText(/Error displaying widget|Loading widget/)
  ).toHaveCount(0);
  await expectAlive(notebook, [notebook.canvas(), other.canvas()]);
  expect(other.problems).toEqual([]);
});

test('canvases are alive that were opened when the page did not listen', async ({
  notebook,
  page
}) => {
  await notebook.run(plot(2));
  // The page hears nothing of the widgets that the kernel makes.
  await page.evaluate(async () => {
    const { shell } = window.jupyterapp;
    const { sessionContext } = shell.currentWidget as NotebookPanel;
    const kernel = sessionContext.session!.kernel!;
    // Each process has a session id of its own in the headers of its messages.
    const old = (await kernel.requestKernelInfo())!.header.session;
    kernel.handleComms = false;
    sessionContext.iopubMessage.connect(function listen(_, { header }) {
      const { msg_type, session } = header;
      if (msg_type === 'update_display_data' && session !== old) {
        sessionContext.iopubMessage.disconnect(listen);
        kernel.handleComms = true;
      }
    });
  });
  await notebook.crash();
  await expectAlive(notebook, [
    notebook.outputs(0).nth(0).locator('canvas').first(),
    notebook.outputs(0).nth(1).locator('canvas').first()
  ]);
});

test('canvases are alive in a view of an output', async ({
  notebook,
  page
}, info) => {
  await notebook.run(plot());
  await page.evaluate(() =>
    window.jupyterapp.commands.execute('notebook:create-output-view')
  );
  const view = page.locator('.jp-LinkedOutputView canvas').first();
  await expect(view).toBeVisible();
  await page.activity.activateTab('Untitled.ipynb');
  await notebook.crash();
  await expectAlive(notebook, [notebook.canvas(), view]);
  await page.screenshot({ path: info.outputPath('view.png') });
});

// In a page of its own: when two panels side by side are closed, JupyterLab 4.6 has no current widget any more.
testInOwnPage(
  'canvases are alive in two panels of one notebook',
  async ({ notebook, page }, info) => {
    await notebook.run(plot());
    const pid = await notebook.pid();
    await page.evaluate(() =>
      window.jupyterapp.commands.execute('docmanager:clone')
    );
    const canvases = page.locator(
      '.jp-NotebookPanel .jupyter-matplotlib-canvas-div canvas:first-child'
    );
    await expect(canvases).toHaveCount(2);
    process.kill(pid, 'SIGKILL');
    await notebook.agree();
    // Toolbars of narrow panels put the badge away.
    await expect.poll(() => notebook.incarnation()).toBe(2);
    await notebook.run("[line.set_color('red') for line in lines];", 2);
    await expectPixels(canvases.nth(0), 'red');
    await expectPixels(canvases.nth(1), 'red');
    await page.screenshot({ path: info.outputPath('panels.png') });
  }
);

testInOwnPage.describe('in a windowed notebook', () => {
  testInOwnPage.use({
    mockSettings: {
      ...galata.DEFAULT_SETTINGS,
      '@jupyterlab/notebook-extension:tracker': {
        ...(galata.DEFAULT_SETTINGS[
          '@jupyterlab/notebook-extension:tracker'
        ] as object),
        windowingMode: 'full'
      }
    }
  });

  testInOwnPage(
    'canvases that are scrolled in later are alive',
    async ({ notebook, page }, info) => {
      await notebook.run(plot());
      // The active cell stays in the page, wherever it is scrolled to.
      await notebook.run('pass', 60);
      await scroll(page, 60);
      const canvas = page.locator(
        '.jp-NotebookPanel .jupyter-matplotlib-canvas-div canvas:first-child'
      );
      await expect(canvas).toBeHidden();
      await notebook.crash();
      await notebook.run("lines[0].set_color('red')", 60);
      await expect(canvas).toBeHidden();
      await scroll(page, 0);
      await expectPixels(canvas, 'red');
      await page.screenshot({ path: info.outputPath('scrolled.png') });
    }
  );
});

/**
 * Open the notebook in one more tab of the browser.
 *
 * The widgets of both tabs send their messages to the main thread of the kernel.
 * Else each tab has a thread of its own there (ipykernel 7), and ipympl (0.10)
 * draws one canvas in both at the same time: now and then it sends half of a
 * picture, with or without the guard (https://github.com/matplotlib/ipympl/issues/610).
 */
async function openAgain(notebook: GuardedNotebook): Promise<GuardedNotebook> {
  await notebook.page.evaluate(() => {
    const { shell } = window.jupyterapp;
    const { sessionContext } = shell.currentWidget as NotebookPanel;
    Object.assign(sessionContext.session!.kernel!, {
      commsOverSubshells: 'disabled'
    });
  });
  const letThrough = await intercept(
    notebook.page,
    '**/lab/api/settings*',
    async route => {
      const response = await route.fetch();
      const json = (await response.json()) as {
        settings: { id: string; raw: string }[];
      };
      for (const each of json.settings) {
        if (each.id === '@jupyterlab/apputils-extension:kernels-settings') {
          each.raw = '{"commsOverSubshells": "disabled"}';
        }
      }
      await route.fulfill({ response, json });
    }
  );
  const other = await notebook.openAgain();
  await expect(other.badge).toBeVisible();
  await expect
    .poll(() =>
      other.page.evaluate(() => {
        const { kernels } = window.jupyterapp.serviceManager;
        return (kernels as { commsOverSubshells?: string }).commsOverSubshells;
      })
    )
    .toBe('disabled');
  await letThrough();
  return other;
}

/** Have the kernel run code that no cell has, and do not wait for its end. */
function execute(notebook: GuardedNotebook, code: string): Promise<void> {
  return notebook.page.evaluate(code => {
    const { shell } = window.jupyterapp;
    const { sessionContext } = shell.currentWidget as NotebookPanel;
    void sessionContext.session!.kernel!.requestExecute({ code }).done;
  }, code);
}

/** Scroll the notebook to a cell. */
function scroll(page: Page, index: number): Promise<void> {
  return page.evaluate(index => {
    const { content } = window.jupyterapp.shell.currentWidget as NotebookPanel;
    return content.scrollToItem(index);
  }, index);
}
