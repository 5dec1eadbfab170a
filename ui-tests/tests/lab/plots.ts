/**
 * Plots of canvases, and ways to see that they are alive, or that nothing else has changed.
 */
import type { Locator } from '@playwright/test';
import { expect } from '@playwright/test';

import type { GuardedNotebook } from '../notebook';
import { expectPixels } from '../pixels';

/** Shows some canvases, one below the other, each with a thick line. */
export const plot = (count = 1) => `%matplotlib widget
import matplotlib.pyplot as plt
lines = []
for index in range(${count}):
    fig, ax = plt.subplots(figsize=(4, 2))
    lines += ax.plot([1, 4, 2], linewidth=12, color='blue')`;

/** What a document and its file were at some time. */
export interface IMemory {
  file: string;
  content: string;
}

/** Save the notebook, and remember it. */
export async function remember(notebook: GuardedNotebook): Promise<IMemory> {
  const file = await notebook.save();
  return { file, content: (await notebook.document()).content };
}

/** Nothing has changed in the document, nor would in its file. */
export async function expectUntouched(
  notebook: GuardedNotebook,
  { file, content }: IMemory
): Promise<void> {
  expect(await notebook.document()).toEqual({ dirty: false, content });
  expect(await notebook.file()).toBe(file);
  expect(await notebook.save()).toBe(file);
}

/** What the next cell draws is seen in canvases. */
export async function expectAlive(
  notebook: GuardedNotebook,
  canvases: Locator[],
  colour: 'red' | 'lime' = 'red',
  index = 2
): Promise<void> {
  const code = `[line.set_color('${colour}') for line in lines];`;
  expect(await notebook.run(code, index)).toBe('');
  for (const canvas of canvases) {
    await expectPixels(canvas, colour);
  }
}

/**
 * What a cell draws is seen in canvases of several tabs.
 *
 * The cell draws by itself, so that one picture is sent. Else each tab asks for
 * one, ipympl sends them all to all tabs, as differences, and a tab to which
 * one comes before it has drawn the last loses that: half of the time, and
 * without any crash.
 */
export async function expectAliveInTabs(
  notebook: GuardedNotebook,
  canvases: Locator[]
): Promise<void> {
  await expect(async () => {
    for (const colour of ['lime', 'red'] as const) {
      await notebook.run(
        `with plt.ioff():
    [line.set_color('${colour}') for line in lines]
[plt.figure(number).canvas.draw() for number in plt.get_fignums()];`,
        2
      );
      for (const canvas of canvases) {
        await expectPixels(canvas, colour, { timeout: 2_000 });
      }
    }
  }).toPass({ timeout: 60_000 });
}
