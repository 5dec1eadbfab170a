"""Matplotlib's own packages, by which its modules, classes and names are told from those of others."""

from __future__ import annotations

MATPLOTLIB = frozenset({"matplotlib", "mpl_toolkits"})
"""The packages; the module ``pylab`` that comes with them has no submodules."""
