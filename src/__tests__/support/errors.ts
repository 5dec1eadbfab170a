/**
 * Errors of cells as IPython reports them.
 */

/** A frame of a traceback that is a cell. */
export const FRAME = 'Cell In[1], line 1\n----> 1 ax.plot()';

/** A NameError as IPython reports it. */
export function nameError(name: string, frames = [FRAME]) {
  const evalue = `name '${name}' is not defined`;
  return {
    ename: 'NameError',
    evalue,
    traceback: ['---', 'NameError', ...frames, `NameError: ${evalue}`]
  };
}
