"""Keep the settings while code of others runs: a module that a figure imports may set some."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..internals.pyplot import figures_stay
from ..internals.registries import parameter
from . import backends, inline, rcparams


@contextmanager
def kept(shell: Any) -> Iterator[None]:
    """Restore the present settings when the block ends; Matplotlib has to be imported.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    """
    import matplotlib

    rc = matplotlib.rcParams
    before, interactive = rcparams.snapshot(rc), matplotlib.is_interactive()
    configured = inline.capture(shell)[0]
    try:
        yield
    finally:
        backend = before["backend"]
        if isinstance(backend, str) and backend != parameter(rc, "backend"):
            with figures_stay():
                _enable(shell, backend)
        if inline.capture(shell)[0] != configured:
            inline.restore(shell, configured)
        rcparams.put_back(rc, before)
        matplotlib.interactive(interactive)


def _enable(shell: Any, backend: str) -> None:
    try:
        backends.enable(shell, backend)
    except backends.Unavailable:
        pass  # it was in force before; what has been chosen over it stays
