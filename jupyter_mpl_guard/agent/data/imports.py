"""Names that imports have bound: found by the identity of their values in a module, and imported again."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

from ..internals.memory import module_of, name_of, names_of
from ..storage.data.entry import Import
from .values.code import is_found_by_name, qualname_of
from .values.kinds import BUILTIN_IDS

_MAGIC = re.compile(r"\s*(?:%|!|\?)")
_IMPORT = re.compile(r"\s*(?:import|from)\s")


class Statements:
    """The import statements of the cells that have run.

    Attributes
    ----------
    attributes : dict of str to set of (str, str)
        Name to module and name in that module.
    parts : dict of str to set of str
        Name of a package to the full names of modules inside of it that were imported by it.
    stars : dict of str to None
        Modules out of which everything was imported, in that order.
    """

    def __init__(self) -> None:
        self.attributes: dict[str, set[tuple[str, str]]] = {}
        self.parts: dict[str, set[str]] = {}
        self.stars: dict[str, None] = {}

    def note(self, code: str) -> None:
        """Note what a cell imports."""
        for each in statements(code):
            if isinstance(each, ast.Import):
                for alias in each.names:
                    if alias.asname is None and "." in alias.name:
                        self.parts.setdefault(alias.name.partition(".")[0], set()).add(alias.name)
            elif each.module is not None and not each.level:
                for alias in each.names:
                    if alias.name == "*":
                        self.stars[each.module] = None
                    else:
                        name = alias.asname or alias.name
                        self.attributes.setdefault(name, set()).add((each.module, alias.name))


def statements(code: str) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the import statements in a cell, wherever in it; what is not Python is passed over."""
    if "import" not in code:
        return
    lines = ["" if _MAGIC.match(line) else line for line in code.splitlines()]
    try:
        trees = [ast.parse("\n".join(lines))]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        trees = list(_parsed(line.strip() for line in lines if _IMPORT.match(line)))
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                yield node


def bound(code: str) -> set[str]:
    """Return the names that a cell imports itself at its outermost level."""
    if "import" not in code:
        return set()
    try:
        body = ast.parse("\n".join("" if _MAGIC.match(line) else line for line in code.splitlines())).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    found = [each for each in body if isinstance(each, (ast.Import, ast.ImportFrom))]
    return {(alias.asname or alias.name).partition(".")[0] for each in found for alias in each.names}


def _parsed(lines: Iterator[str]) -> Iterator[ast.Module]:
    for line in lines:
        try:
            yield ast.parse(line)
        except (SyntaxError, ValueError):
            pass


def origin(name: str, value: Any, known: Statements) -> Import | None:
    """Return how a name was imported, None where its value is not that of a module that is there.

    Parameters
    ----------
    known : Statements
        What cells have imported.
    """
    kind = type(value)
    if issubclass(kind, ModuleType):
        module = names_of(value).get("__name__")
        if type(module) is not str or sys.modules.get(module) is not value or module == "__main__":
            return None
        return Import(module, "", tuple(sorted(known.parts.get(name, ()))) if module == name else ())
    own = _of_kernel(value)
    if own:
        return Import("__main__", own)
    if id(kind) in BUILTIN_IDS or (module_of(kind), name_of(kind)) == ("numpy", "ndarray"):
        return None  # its content may be other than that of the module
    for module, attribute in known.attributes.get(name, ()):
        if _has(module, attribute, value):
            return Import(module, attribute)
    for module in known.stars:
        if _has(module, name, value):
            return Import(module, name)
    return _by_its_own_name(value, kind)


def _of_kernel(value: Any) -> str:
    """Return the path from the notebook's module to its names, its shell or its kernel, "" for any other value.

    Each process has its own, and a name for one of them means that of the process.
    """
    names = names_of(sys.modules.get("__main__"))
    if value is names:
        return "__dict__"
    get = names.get("get_ipython")
    shell = get.__self__ if type(get) is MethodType else None
    if shell is None:
        return ""
    if value is shell:
        return "get_ipython.__self__"
    return "get_ipython.__self__.kernel" if value is getattr(shell, "kernel", None) is not None else ""


def _has(module: str, attribute: str, value: Any) -> bool:
    if module == "__main__":
        return False
    return names_of(sys.modules.get(module)).get(attribute, _NOTHING) is value


_NOTHING: Any = object()


def _by_its_own_name(value: Any, kind: type) -> Import | None:
    """Return an import by a function's or class's own module and name, if it is found there."""
    if kind is FunctionType:
        module, attribute = value.__module__, value.__qualname__
    elif issubclass(kind, type):
        module, attribute = module_of(value), qualname_of(value)
    elif kind is BuiltinFunctionType and issubclass(type(value.__self__), ModuleType):
        module, attribute = value.__module__, value.__qualname__
    elif module_of(kind) == "numpy" and name_of(kind) == "ufunc":
        module, attribute = "numpy", value.__name__
    else:
        return None
    if module == "__main__" or not is_found_by_name(value, module, attribute):
        return None
    return Import(module, attribute)


def imported(record: Import) -> Any:
    """Return what an import has bound, imported again.

    Raises
    ------
    Exception
        Whatever the import raises.
    """
    value: Any = import_module(record.module)
    for part in record.parts:
        import_module(part)
    for part in filter(None, record.attribute.split(".")):
        try:
            value = getattr(value, part)
        except AttributeError:
            if type(value) is not ModuleType:
                raise
            value = import_module(f"{record.module}.{part}")
    return value
