/**
 * How Matplotlib describes its figures as text.
 */

/**
 * Return whether the text of an output is that of an inline figure.
 *
 * It is the figure's `__repr__` (since Matplotlib 2.2), of which no
 * documentation promises the form. When the form changes, inline plots get no
 * marks after a restart; nothing else depends on it.
 */
export function isFigureText(text: string): boolean {
  return /^<Figure size [\d.]+x[\d.]+ with \d+ Axes>/.test(text);
}
