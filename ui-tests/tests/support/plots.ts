/**
 * Plots of canvases, and checks that they are alive, or that nothing else has changed.
 */
import type { Locator } from '@playwright/test';
import { expect } from '@playwright/test';

import type { GuardedNotebook } from './notebook';
import { expectPixels } from './pixels';

/**
 * Show some canvases, one below the other, each with a thick line.
 *
 * No name is left that does not come back with them: one that a kernel had no
 * time to save before it was killed is named as missing.
 */
export const plot = (count = 1) => `%matplotlib widget
import matplotlib.pyplot as plt
lines = []
for index in range(${count}):
    fig, ax = plt.subplots(figsize=(4, 2))
    lines += ax.plot([1, 4, 2], linewidth=12, color='blue')
del index`;

/** What a document and its file were at some time. */
export interface IMemory {
  file: string;
  content: string;
}

/** Save the notebook, and return what it was. */
export async function remember(notebook: GuardedNotebook): Promise<IMemory> {
  const file = await notebook.save();
  return { file, content: (await notebook.document()).content };
}

/** Check that nothing has changed in the document, nor would in its file. */
export async function expectUntouched(
  notebook: GuardedNotebook,
  { file, content }: IMemory
): Promise<void> {
  expect(await notebook.document()).toEqual({ dirty: false, content });
  expect(await notebook.file()).toBe(file);
  expect(await notebook.save()).toBe(file);
}

/** Check that canvases show what the next cell draws. */
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
