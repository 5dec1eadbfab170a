import { expect, test } from '@playwright/test';

import { plotCrashAndGoOn } from '../crash';
import { GuardedNotebook, IN_FORCE, PROBE, SET_UP } from '../notebook';

test('the badge shows in Notebook 7, and settings survive a restart', async ({
  page,
  baseURL
}) => {
  const notebook = new GuardedNotebook(page, baseURL!);
  await page.goto(`notebooks/${await notebook.create('guarded.ipynb')}`);
  await expect(notebook.badge).toHaveAttribute('data-status', 'absent');
  await notebook.run(SET_UP);
  await expect(notebook.badge).toHaveAttribute('data-backend', 'inline');

  await page.getByRole('menuitem', { name: 'Kernel' }).click();
  await page.getByRole('menuitem', { name: 'Restart Kernel…' }).click();
  await notebook.agree();
  await expect(notebook.badge).toHaveAttribute('data-status', 'restored');
  expect(await notebook.run(PROBE)).toBe(IN_FORCE);

  await notebook.badge.click();
  await expect(page.locator('.Toastify__toast')).toContainText(/\./);

  await notebook.shutdown();
  expect(notebook.problems).toEqual([]);
});

test('a canvas comes back in place in Notebook 7', async ({
  page,
  baseURL
}) => {
  const notebook = new GuardedNotebook(page, baseURL!);
  await page.goto(`notebooks/${await notebook.create('canvas.ipynb')}`);
  await expect(notebook.badge).toHaveAttribute('data-status', 'absent');
  await plotCrashAndGoOn(notebook);
  await notebook.shutdown();
  expect(notebook.problems).toEqual([]);
});
