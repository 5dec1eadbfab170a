import { expect, test } from '@playwright/test';

import { plotCrashAndGoOn } from '../crash';
import { GuardedNotebook } from '../notebook';

test('a canvas comes back in place in a notebook that is shared', async ({
  page,
  baseURL
}) => {
  const notebook = new GuardedNotebook(page, baseURL!);
  await page.goto(`lab/tree/${await notebook.create('shared.ipynb')}`);
  await expect(notebook.badge).toHaveAttribute('data-status', 'absent');
  expect(await notebook.isShared()).toBe(true);
  await plotCrashAndGoOn(notebook);
  await notebook.shutdown();
  expect(notebook.problems).toEqual([]);
});
