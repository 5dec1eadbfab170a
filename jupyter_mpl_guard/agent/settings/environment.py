"""State of a kernel before its first cell, and the environment variables that cells set for later imports."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..internals.ipython import loaded_extensions

READ_AT_IMPORT = re.compile(
    r"(?:OMP|OPENBLAS|GOTO|MKL|KMP|BLIS|VECLIB|NUMEXPR|NUMBA|JAX|XLA|TF)_\w+|MATPLOTLIBRC|MPLCONFIGDIR|CUDA_VISIBLE_DEVICES"
)
"""Names of the variables. Others may be secrets: they are not even read. ``MPLBACKEND`` is not among them because
the backend is a setting of its own."""


class StartUp(NamedTuple):
    """State of a kernel before its first cell, or when the agent was started in it.

    Attributes
    ----------
    backend : str or None
        The environment variable ``MPLBACKEND``: that of ipykernel, or of the user from before the kernel.
    inline : dict
        What the configuration files say of the ``InlineBackend``.
    variables : dict
        See `variables`.
    extensions : frozenset of str
        Extensions of IPython that were loaded.
    """

    backend: str | None
    inline: dict[str, Any]
    variables: dict[str, str]
    extensions: frozenset[str] = frozenset()

    @classmethod
    def now(cls, shell: Any) -> StartUp:
        """Return the present state of the kernel."""
        return cls(os.environ.get("MPLBACKEND"), dict(inline_section(shell)), variables(), loaded_extensions(shell))


def inline_section(shell: Any) -> Mapping[str, Any]:
    """Return what ``%config InlineBackend`` and the configuration files have set for a future InlineBackend."""
    return shell.config.get("InlineBackend", {})


def variables() -> dict[str, str]:
    """Return the variables that are set, by name."""
    return {name: os.environ[name] for name in filter(READ_AT_IMPORT.fullmatch, list(os.environ))}


def restore(saved: Mapping[str, str]) -> None:
    """Set variables as cells of an earlier incarnation had set them, before anything is imported."""
    os.environ.update({name: value for name, value in saved.items() if READ_AT_IMPORT.fullmatch(name)})
