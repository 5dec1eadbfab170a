"""Settings of libraries that decide what cells show: how to read them from each library, and to set them again."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ...internals.memory import found_in
from ...internals.warning_filters import is_own_filter


class Library(NamedTuple):
    """One library, or a part of one.

    Attributes
    ----------
    module : str
        The module that has the settings; nothing is set while it is neither imported nor mentioned.
    identifiers : frozenset of str
        Names in a cell after which the settings are read.
    read : callable
        Takes the shell, the module and the source of a cell, and returns name to value.
    put : callable
        Takes the shell, the module and what was read.
    """

    module: str
    identifiers: frozenset[str]
    read: Callable[[Any, Any, str], dict[str, Any]]
    put: Callable[[Any, Any, dict[str, Any]], object]


def _read_numpy(shell: Any, numpy: Any, code: str) -> dict[str, Any]:
    return {"printing": numpy.get_printoptions(), "errors": numpy.geterr()}


def _put_numpy(shell: Any, numpy: Any, saved: dict[str, Any]) -> None:
    known = numpy.get_printoptions()
    numpy.set_printoptions(**{name: value for name, value in saved["printing"].items() if name in known})
    numpy.seterr(**saved["errors"])


def _read_pandas(shell: Any, pandas: Any, code: str) -> dict[str, Any]:
    return dict(_options(pandas.options, ""))


def _options(group: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for name in dir(group):
        value = getattr(group, name)
        if type(value) is type(group):
            yield from _options(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _put_pandas(shell: Any, pandas: Any, saved: dict[str, Any]) -> None:
    now = dict(_options(pandas.options, ""))
    for name, value in saved.items():
        if name in now and now[name] != value:
            pandas.set_option(name, value)


def _read_ipython(shell: Any, ipython: Any, code: str) -> dict[str, Any]:
    plain = shell.display_formatter.formatters["text/plain"]
    return {"interactivity": shell.ast_node_interactivity, "precision": plain.float_precision}


def _put_ipython(shell: Any, ipython: Any, saved: dict[str, Any]) -> None:
    shell.ast_node_interactivity = saved["interactivity"]
    shell.display_formatter.formatters["text/plain"].float_precision = saved["precision"]


def _read_warnings(shell: Any, module: Any, code: str) -> dict[str, Any]:
    """Return the filters by their position, without those of the agent, which do not hold patterns."""
    filters: Any = warnings.filters
    patterns = [
        (action, message, category.__module__, category.__qualname__, origin, line)
        for action, message, category, origin, line in filters
        if not is_own_filter(message)
    ]
    return {str(place): each for place, each in enumerate(patterns)}


def _put_warnings(shell: Any, module: Any, saved: dict[str, Any]) -> None:
    for action, message, package, name, origin, line in reversed(list(saved.values())):
        category = found_in(package, name)
        if category is not None:
            warnings.filterwarnings(action, _text(message), category, _text(origin), line)


def _text(pattern: Any) -> str:
    return getattr(pattern, "pattern", pattern) or ""


def _read_sympy(shell: Any, sympy: Any, code: str) -> dict[str, Any]:
    """Return the arguments of ``init_printing``, where a cell gives them as literals."""
    try:
        calls = [each for each in ast.walk(ast.parse(code)) if isinstance(each, ast.Call)]
        called = [each for each in calls if getattr(each.func, "id", getattr(each.func, "attr", "")) == _PRINTING]
        return {"arguments": {each.arg: ast.literal_eval(each.value) for each in called[-1].keywords if each.arg}}
    except (SyntaxError, ValueError, IndexError):
        return {}


_PRINTING = "init_printing"


def _put_sympy(shell: Any, sympy: Any, saved: dict[str, Any]) -> None:
    if "arguments" in saved:
        sympy.init_printing(**saved["arguments"])


def _read_logging(shell: Any, logging: Any, code: str) -> dict[str, Any]:
    """Return what ``basicConfig`` has set, where that writes into the notebook: files are not opened again."""
    root = logging.getLogger()
    names = {id(sys.stdout): "stdout", id(sys.stderr): "stderr"}
    if len(root.handlers) != 1 or type(root.handlers[0]) is not logging.StreamHandler:
        return {}
    (handler,) = root.handlers
    if id(handler.stream) not in names:
        return {}
    found = {"level": handler.level, "stream": names[id(handler.stream)], "formatter": handler.formatter}
    return {"root": root.level, **found}


def _put_logging(shell: Any, logging: Any, saved: dict[str, Any]) -> None:
    if "root" in saved:
        handler = logging.StreamHandler(getattr(sys, saved["stream"]))
        handler.setLevel(saved["level"])
        handler.setFormatter(saved["formatter"])
        logging.basicConfig(level=saved["root"], handlers=[handler], force=True)


def _library(module: str, identifiers: str, read: str, put: str) -> Library:
    """Return a library with one function that returns all its settings, and one that sets them."""
    return Library(
        module,
        frozenset(identifiers.split()),
        lambda shell, found, code: dict(getattr(found, read)()),
        lambda shell, found, saved: getattr(found, put)(**saved),
    )


LIBRARIES = (
    Library("numpy", frozenset({"set_printoptions", "seterr", "precision"}), _read_numpy, _put_numpy),
    Library(
        "pandas",
        frozenset({"set_option", "options", "reset_option", "set_eng_float_format"}),
        _read_pandas,
        _put_pandas,
    ),
    Library("IPython", frozenset({"ast_node_interactivity", "precision"}), _read_ipython, _put_ipython),
    Library(
        "warnings",
        frozenset({"filterwarnings", "simplefilter", "resetwarnings"}),
        _read_warnings,
        _put_warnings,
    ),
    Library("logging", frozenset({"basicConfig"}), _read_logging, _put_logging),
    Library("sympy", frozenset({_PRINTING}), _read_sympy, _put_sympy),
    Library(
        "sys",
        frozenset({"setrecursionlimit"}),
        lambda shell, found, code: {"limit": found.getrecursionlimit()},
        lambda shell, found, saved: found.setrecursionlimit(max(saved["limit"], found.getrecursionlimit())),
    ),
    Library(
        "decimal",
        frozenset({"getcontext", "setcontext"}),
        lambda shell, found, code: {"context": found.getcontext()},
        lambda shell, found, saved: found.setcontext(saved["context"]),
    ),
    _library("sklearn", "set_config", "get_config", "set_config"),
    _library("xarray", "set_options", "get_options", "set_options"),
)
"""The libraries whose settings are saved and restored."""
