"""The states with which Matplotlib pickles its objects."""

from __future__ import annotations

from typing import Any

from .names import relies_on


@relies_on(
    "matplotlib.figure.Figure._restore_to_pylab",
    since="Matplotlib 1.2, a key of the pickled state",
    lost="nothing where Matplotlib does not register what it loads; else restored figures get a second number",
    instead="the state goes as it is",
)
def without_registration(state: dict[str, Any]) -> dict[str, Any]:
    """Return the pickled state of a figure without what registers it with pyplot, under a new number, when loaded."""
    return {key: value for key, value in state.items() if key != "_restore_to_pylab"}


@relies_on(
    "matplotlib.tri.Triangulation._cpp_triangulation",
    since="Matplotlib 1.4",
    lost="a figure whose triangulation has been drawn may not be saved, and the plot state says so",
    instead="the state goes as it is",
)
@relies_on(
    "matplotlib.tri.Triangulation._trifinder",
    since="Matplotlib 1.4",
    lost="a figure whose triangulation has been searched may not be saved, and the plot state says so",
    instead="the state goes as it is",
)
def without_compiled_parts(state: dict[str, Any]) -> dict[str, Any]:
    """Return the pickled state of a triangulation without its objects of C++, which it makes again."""
    return {key: None if key in ("_cpp_triangulation", "_trifinder") else value for key, value in state.items()}
