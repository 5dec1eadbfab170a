"""Callbacks: what is connected to figures, axes and widgets of Matplotlib, and how a registry is pickled.

Also those that IPython calls around each cell and to complete one, and the built-in names that there are meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from types import FunctionType, MethodType
from typing import Any, Callable

from .names import relies_on

Reduced = tuple[Any, ...]
"""What `object.__reduce_ex__` returns."""


@relies_on(
    "matplotlib.cbook.CallbackRegistry.callbacks",
    since="Matplotlib 3.6 or before",
    lost="connections between Matplotlib's own objects (a colorbar follows its image) are not restored, and "
    "handlers that are lost are not named",
    instead="a registry is pickled as Matplotlib does it",
)
def _callbacks(registry: Any) -> dict[str, dict[int, Any]] | None:
    return getattr(registry, "callbacks", None)


def connections(registry: Any) -> Iterator[tuple[str, int, Callable[..., Any]]]:
    """Yield signal, number and handler of each living connection of a `CallbackRegistry`."""
    for signal, callbacks in (_callbacks(registry) or {}).items():
        for number, reference in list(callbacks.items()):
            handler = reference()
            if handler is not None:
                yield signal, number, handler


def add_connections(state: dict[str, Any], added: dict[str, dict[int, Any]]) -> None:
    """Add connections to the state with which a registry is pickled.

    Parameters
    ----------
    state : dict
        The state that the registry's `__reduce_ex__` returns.
    added : dict
        Signal to number to handler.
    """
    for signal, callbacks in added.items():
        state.setdefault("callbacks", {}).setdefault(signal, {}).update(callbacks)


@relies_on(
    "matplotlib.cbook.CallbackRegistry._pickled_cids",
    since="Matplotlib 3.4",
    lost="connections that pickling keeps are named among the lost ones",
    instead="no connection counts as kept by Matplotlib",
)
def pickled_numbers(registry: Any) -> Collection[int]:
    """Return the numbers of the connections that pickling keeps anyhow."""
    return getattr(registry, "_pickled_cids", ())


@relies_on(
    "matplotlib.cbook.CallbackRegistry._cid_gen",
    since="Matplotlib 3.6 or before, a number in the pickled state since 3.7",
    lost="a figure that has not changed is written to disk again",
    instead="the state is pickled as Matplotlib gives it",
)
def number_anew(state: dict[str, Any], registry: Any) -> None:
    """Make a registry that is pickled twice give the same bytes: being pickled uses up one of its numbers."""
    if isinstance(state.get("_cid_gen"), int):
        used = (number for callbacks in (_callbacks(registry) or {}).values() for number in callbacks)
        state["_cid_gen"] = 1 + max(used, default=-1)


@relies_on(
    "matplotlib.cbook.CallbackRegistry._func_cid_map",
    since="Matplotlib 3.6 or before, None in the pickled state",
    lost="saving a figure takes longer by a few per cent",
    instead="a registry without connections is pickled as Matplotlib does it",
)
def _state_without_connections(registry: Any) -> dict[str, Any]:
    return {**vars(registry), "callbacks": {}, "_func_cid_map": None, "_cid_gen": 0}


def reduce_without_connections(registry: Any) -> Reduced | None:
    """Return the reduction of a registry without connections in half of the time that Matplotlib takes.

    Nearly all are such, every artist has one. None for a registry with connections, and where this version of
    Matplotlib pickles an empty one in another way.
    """
    if _callbacks(registry) != {}:
        return None
    kind: Any = type(registry)
    make = _maker(kind)
    return None if make is None else (make, (kind,), _state_without_connections(registry))


@cache
def _maker(kind: Any) -> Any:
    """Return what recreates a registry with `_state_without_connections`, None where Matplotlib does otherwise."""
    try:
        make, arguments, state, *more = kind().__reduce_ex__(5)
        # Before Matplotlib 3.7 it has an iterator as its `_cid_gen`, without which it could not be connected to.
        as_ours = isinstance(state["_cid_gen"], int) and {**state, "_cid_gen": 0} == _state_without_connections(kind())
        return make if arguments == (kind,) and not any(more) and as_ours else None
    except Exception:
        return None


@relies_on(
    "matplotlib.widgets.Slider._observers",
    since="Matplotlib 3.6 or before; the other widgets have it too",
    lost="handlers that were connected to a widget are not named among what does not come back",
    instead="only the widget's reaction to the mouse is named",
)
def observers(widget: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield signal and handler of what is connected to a widget of `matplotlib.widgets`."""
    for signal, _, handler in connections(getattr(widget, "_observers", None)):
        yield signal, handler


@relies_on(
    "IPython.core.events.EventManager.callbacks",
    since="IPython 8.0 or before",
    lost="a cell that only computes with numbers takes as long as any other one",
    instead="code of others counts as called around each cell",
)
def others_are_called(shell: Any) -> bool:
    """Return whether code may run with each cell that is not IPython's, ipykernel's, Matplotlib's or the agent's."""
    callbacks = getattr(shell.events, "callbacks", None)
    if callbacks is None or shell.ast_transformers or shell.input_transformers_post:
        return True
    return not all(_is_expected(each) for event in _AROUND_CELLS for each in callbacks.get(event, ()))


_AROUND_CELLS = ("pre_execute", "pre_run_cell", "post_run_cell", "post_execute")
_EXPECTED = ("IPython.core.", "ipykernel.", "matplotlib.", "matplotlib_inline.", "ipympl.", __name__.partition(".")[0])


def _is_expected(callback: Any) -> bool:
    if _module_of(callback) == "backcall.backcall":  # IPython before 8.17 wraps what takes fewer arguments
        callback = vars(callback).get("__wrapped__")
    return _module_of(callback).startswith(_EXPECTED)


def _module_of(callback: Any) -> str:
    function = callback.__func__ if type(callback) is MethodType else callback
    return str(function.__globals__.get("__name__")) if type(function) is FunctionType else ""


@relies_on(
    "IPython.core.interactiveshell.InteractiveShell.builtin_trap",
    since="IPython 8.0 or before",
    lost="what lives in a module that calls ``get_ipython`` when it is imported does not come back",
    instead="there are no built-in names but Python's own between cells",
)
def builtins_of_cells() -> AbstractContextManager[Any]:
    """Return a context that makes ``get_ipython`` a built-in name, as while a cell runs: modules call it on import."""
    from IPython import get_ipython

    trap: AbstractContextManager[Any] = getattr(get_ipython(), "builtin_trap", nullcontext())
    return trap


@relies_on(
    "IPython.core.interactiveshell.InteractiveShell.strdispatchers",
    since="IPython 8.0 or before; there is no call that takes a hook back",
    lost="arguments of ``%mpl_guard`` are still completed after the agent has been taken out",
    instead="the hook stays",
)
def remove_completer(shell: Any, command: str, hook: Any) -> None:
    """Remove a matcher, or what ``shell.set_hook("complete_command", hook, str_key=command)`` has put there."""
    matchers: Any = getattr(getattr(shell, "Completer", None), "custom_matchers", ())
    if hook in matchers:
        matchers.remove(hook)
    dispatcher = getattr(shell, "strdispatchers", {}).get("complete_command")
    chains = getattr(dispatcher, "strs", {})
    if command in chains:
        chain = chains[command].chain
        chain[:] = [each for each in chain if getattr(each[1], "__func__", None) is not hook]
        if not chain:
            del chains[command]
