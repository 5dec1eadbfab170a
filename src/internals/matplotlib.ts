/**
 * How Matplotlib describes its figures as text.
 */

/**
 * Return how many axes an inline figure has, from the text of its output; null
 * when it is the text of something else.
 *
 * The text is the figure's `__repr__` (since Matplotlib 2.2), whose form is not
 * documented. When it changes, inline plots get no marks after a restart, and
 * the panel asks the server for their pictures; nothing else depends on it.
 */
export function axesInFigureText(text: string): number | null {
  const match = /^<Figure size [\d.]+x[\d.]+ with (\d+) Axes>/.exec(text);
  return match ? Number(match[1]) : null;
}
