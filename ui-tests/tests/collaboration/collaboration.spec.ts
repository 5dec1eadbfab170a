import type { TestInfo } from '@playwright/test';
import { expect, test } from '@playwright/test';

import { ShownCanvas } from '../support/canvas';
import { PLOT, plotCrashAndGoOn } from '../support/crash';
import { GuardedNotebook } from '../support/notebook';

/** A name that no earlier run of the test has used: its kernel and its shared document may be there still. */
function unused(name: string, { repeatEachIndex, retry }: TestInfo): string {
  return `${name}-${repeatEachIndex}-${retry}.ipynb`;
}

test('a canvas is restored in place in a notebook that is shared', { tag: '@thorough' }, async ({
  page,
  baseURL
}, info) => {
  const notebook = new GuardedNotebook(page, baseURL!);
  await page.goto(`lab/tree/${await notebook.create(unused('shared', info))}`);
  await expect(notebook.badge).toHaveAttribute('data-status', 'absent');
  expect(await notebook.isShared()).toBe(true);
  await plotCrashAndGoOn(notebook);
  await notebook.shutdown();
  expect(notebook.problems).toEqual([]);
});

test('a canvas is restored for everybody who has the notebook open, and nothing is sent to others', async ({
  page,
  baseURL,
  browser
}, info) => {
  const notebook = new GuardedNotebook(page, baseURL!);
  const path = await notebook.create(unused('everybody', info));
  await page.goto(`lab/workspaces/owner/tree/${path}?reset`);
  await expect(notebook.badge).toHaveAttribute('data-status', 'absent');
  await notebook.run(PLOT);
  const guest = await browser.newContext({ baseURL });
  const other = new GuardedNotebook(await guest.newPage(), baseURL!);
  await other.page.goto(`lab/workspaces/guest/tree/${path}?reset`);
  const canvases = [notebook, other].map(
    each => new ShownCanvas(each.page, each.outputs(0))
  );
  for (const canvas of canvases) {
    await canvas.expectColour('blue');
  }
  const documents = () =>
    Promise.all([notebook, other].map(each => each.document()));
  const before = await documents();

  await notebook.kill();
  await notebook.agree();
  await other.agree();
  for (const each of [notebook, other]) {
    await expect(each.badge).toHaveAttribute('data-status', 'restored');
  }
  expect(await documents()).toEqual(before);
  await notebook.run("line.set_color('red')", 2);
  for (const canvas of canvases) {
    await canvas.expectColour('red');
  }
  await other.page.screenshot({ path: info.outputPath('other.png') });
  await notebook.shutdown();
  await guest.close();
  expect([...notebook.problems, ...other.problems]).toEqual([]);
});
