/**
 * Pictures of the badge and of what it shows.
 */
import { SET_UP } from '../support/notebook';
import { PlotsPanel } from '../support/panel';
import { LIGHT_AND_DARK, THEMES, take } from '../support/pictures';
import { expect, test } from '../support/labTest';

/** What is drawn before and after. */
const PLOT = `plt.plot([1, 4, 2, 6, 3, 7], marker='o')
plt.title('plotting goes on after the restart')
plt.show()`;

/** Cells with figures for the panel. */
const GALLERY = [
  `%matplotlib inline
import numpy as np, matplotlib.pyplot as plt
x = np.linspace(0, 6, 200)
fig, ax = plt.subplots(figsize=(6, 2.4))
line, = ax.plot(x, np.sin(x), label='signal')
ax.plot(x, np.cos(x), label='reference')
ax.legend();`,
  `hist, axs = plt.subplots(1, 2, figsize=(6, 3), num='residuals')
axs[0].hist(np.random.default_rng(1).normal(size=500), bins=30)
axs[1].scatter(*np.random.default_rng(2).normal(size=(2, 200)), s=8, c='tab:red');`,
  `heat = plt.figure(figsize=(5, 3))
walk = np.random.default_rng(3).normal(size=(20, 30)).cumsum(0)
image = heat.add_subplot().imshow(walk, aspect='auto')`
];

for (const [name, theme] of Object.entries(THEMES)) {
  test(`picture of the badge, ${name}`, async ({ notebook, page }, info) => {
    await page.theme.setTheme(theme);
    await page.sidebar.close('left');
    await notebook.run(SET_UP);
    expect(await notebook.restartElsewhere()).toBe(true);
    await expect(notebook.badge).toHaveAttribute('data-status', 'restored');
    await notebook.run(PLOT);
    await expect(
      page.locator('.jp-NotebookPanel:visible .jp-RenderedSVG')
    ).toBeVisible();
    await expect(notebook.badge).toBeVisible();
    await take(page, info, `badge-${name}`);
  });
}

for (const [name, theme] of Object.entries(LIGHT_AND_DARK)) {
  test(`picture of the offer, ${name}`, async ({ notebook, page }, info) => {
    await page.theme.setTheme(theme);
    await page.sidebar.close('left');
    await notebook.run(SET_UP);
    await notebook.run(
      `fig, ax = plt.subplots(figsize=(6, 2.6))
line, = ax.plot([1, 4, 2, 6, 3, 7], marker='o')
ax.set_title('a figure from before the restart')
plt.show()`
    );
    await expect(notebook.badge).toHaveAttribute('data-figures', '1');
    expect(await notebook.restartElsewhere()).toBe(true);
    await expect(notebook.badge).toHaveAttribute('data-status', 'offered');
    await take(page, info, `offer-${name}`);
  });

  test(`picture of the panel, ${name}`, async ({ notebook, page }, info) => {
    const panel = new PlotsPanel(page);
    await page.theme.setTheme(theme);
    await page.sidebar.close('left');
    await notebook.fill(GALLERY);
    await notebook.runAll();
    await expect(notebook.badge).toHaveAttribute('data-figures', '3');
    expect(await notebook.restartElsewhere()).toBe(true);
    await expect(notebook.badge).toHaveAttribute('data-status', 'offered');
    await notebook.run("ax.set_title('calibrated')", 3);
    await panel.open(3);
    await panel.widen(520);
    await expect(panel.thumbnails).toHaveCount(3);
    await take(page, info, `panel-${name}`, 700);
  });

  test(`picture of a notebook after a crash, ${name}`, async ({
    notebook,
    page
  }, info) => {
    await page.theme.setTheme(theme);
    await page.sidebar.close('left');
    await notebook.run(SET_UP);
    await notebook.run(
      `fig, ax = plt.subplots(figsize=(6, 1.7))
line, = ax.plot([1, 4, 2, 6, 3, 7], marker='o')
plt.show()`
    );
    await expect(notebook.badge).toHaveAttribute('data-figures', '1');
    await notebook.run(
      'import os; os.kill(os.getpid(), 9)  # the kernel dies',
      1
    );
    await notebook.agree();
    await expect(notebook.badge).toHaveAttribute('data-status', 'restored');
    await notebook.run(
      `line.set_color('tab:green')
ax.plot([7, 3, 6, 2, 4, 1], marker='s')
fig`,
      2
    );
    await expect(notebook.outputs(2).locator('img')).toBeVisible();
    await take(page, info, `crash-${name}`, 660);
  });
}
