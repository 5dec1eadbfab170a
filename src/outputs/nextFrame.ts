/**
 * Work that waits for the page to have a moment.
 */

/** How long a page may be out of sight before it does what it has to do, in milliseconds. */
const HIDDEN = 100;

/** Call `work` with the next frame, or soon where there are no frames; gives how to call it off. */
export function nextFrame(work: () => void): () => void {
  const done = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  const begin = () => {
    done();
    work();
  };
  const frame = requestAnimationFrame(begin);
  // A tab in the background draws no frames, but may be seen from elsewhere.
  const timer = setTimeout(begin, HIDDEN);
  return done;
}
