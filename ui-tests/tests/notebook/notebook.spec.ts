import { expect, test } from '@playwright/test';

import { GuardedNotebook, IN_FORCE, PROBE, SET_UP } from '../notebook';

test('the badge shows in Notebook 7, and settings survive a restart', async ({
  page,
  baseURL
}) => {
  const notebook = new GuardedNotebook(page, baseURL!);
  await page.goto(`notebooks/${await newNotebook(notebook)}`);
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

/** Make an empty notebook on the server and give its path. */
async function newNotebook(notebook: GuardedNotebook): Promise<string> {
  const url = `${notebook.baseURL}/api/contents/guarded.ipynb`;
  const answer = await notebook.page.request.put(url, {
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
          kernelspec: { name: 'python3', display_name: '', language: 'python' }
        },
        nbformat: 4,
        nbformat_minor: 5
      }
    }
  });
  return (await answer.json()).path;
}
