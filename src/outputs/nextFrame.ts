/**
 * Work that waits until the page draws.
 */

/** The longest wait while the page is hidden, in milliseconds. */
const HIDDEN = 100;

/**
 * Call `work` with the next animation frame, or soon while there are none.
 *
 * @returns a function that cancels the call
 */
export function nextFrame(work: () => void): () => void {
  const cancel = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  const begin = () => {
    cancel();
    work();
  };
  const frame = requestAnimationFrame(begin);
  // A tab in the background draws nothing, but may be visible elsewhere.
  const timer = setTimeout(begin, HIDDEN);
  return cancel;
}
