"""What the source of a cell says about what has to be there before the cell runs."""

import re

NEEDS_MATPLOTLIB = frozenset({"matplotlib", "mpl_toolkits", "pyplot", "pylab", "InlineBackend"})
"""Words in a cell for which Matplotlib has to be as it was before the cell starts."""

RUNS_TEXT = frozenset({"run", "exec", "eval", "execfile", "run_cell", "rerun", "macro", "recall", "load_ext"})
"""Words in a cell that runs code which cannot be looked at beforehand."""

LOOKS_AT_NAMES = frozenset({"globals", "locals", "vars", "dir", "who", "whos", "who_ls", "user_ns"})
"""Words in a cell that looks at names without saying them."""


def words_of(code):
    """Return the names and keywords that a cell's source may use."""
    return frozenset(re.findall(r"[^\W\d]\w*", code))
