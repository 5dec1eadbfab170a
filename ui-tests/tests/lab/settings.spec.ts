import { galata } from '@jupyterlab/galata';

import { GuardedNotebook } from '../support/notebook';
import { expect, testInOwnPage } from '../support/labTest';

// Nothing opens before the test listens.
const test = testInOwnPage.extend({ autoGoto: false });

test('settings that nobody has changed leave the server as it is configured', async ({
  page,
  baseURL
}) => {
  const guarded = new GuardedNotebook(page, baseURL!);
  await page.goto();
  await page.notebook.createNew(undefined, { kernel: 'python3' });
  await expect(guarded.badge).toBeVisible();
  expect(guarded.requests).toEqual([
    `GET /mpl-guard/kernels/${await guarded.kernelId()}`
  ]);
  await guarded.shutdown();
});

test.describe('a user who has made a choice', () => {
  test.use({
    mockSettings: {
      ...galata.DEFAULT_SETTINGS,
      'jupyter-mpl-guard:settings': { figures: 'never' }
    }
  });

  test('has it applied on the server', async ({ page, baseURL }) => {
    const put = page.waitForRequest('**/mpl-guard/policy*');
    await page.goto();
    const request = await put;
    expect(request.method()).toBe('PUT');
    expect(request.postDataJSON()).toEqual({ figures: 'never' });
    expect(await (await request.response())!.json()).toMatchObject({
      figures: 'never'
    });
    await page.request.put(`${baseURL}/mpl-guard/policy`, {
      data: { figures: 'crash' }
    });
  });
});
