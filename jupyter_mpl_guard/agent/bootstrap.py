"""Import the modules of the agent from the text with which they have travelled into the kernel.

The text that the server sends holds the source of every module of the agent. `start` puts a finder on the import
system that knows them, and imports the agent: from then on a module of the agent is found, locked, run once and, when
its run fails, removed again like any other module. A module runs when it is first imported, so a kernel that never
plots never compiles the modules that save figures.
"""

from __future__ import annotations

import sys
import types
import zlib
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any

NAME = "_jupyter_mpl_guard"
"""Name of the agent's module in `sys.modules`."""

SOURCES, MODULE, VERSION = "_jupyter_mpl_guard_sources", "_jupyter_mpl_guard_bootstrap", "_jupyter_mpl_guard_version"
"""Names that the text binds where it is executed; `start` takes them away."""

CLOUDPICKLE = NAME + ".cloudpickle"

SENT = "_jupyter_mpl_guard_sent"
"""Module name under which the server executes the text: it asks the agent to begin in a second step."""


class Bundle(InspectLoader, MetaPathFinder):
    """Find and load the modules of the agent: a meta path finder and a loader with sources (PEP 302, PEP 451).

    Parameters
    ----------
    sources : dict of str to str
        Path of each file below the folder of the agent, ``cloudpickle.py`` included, to its text.
    """

    def __init__(self, sources: dict[str, str]) -> None:
        # Compressed: what a kernel never uses should cost it next to nothing.
        self._sources = {path: zlib.compress(text.encode()) for path, text in sources.items()}

    def modules(self) -> list[str]:
        """Return the full names of all modules, packages before what is in them."""
        return sorted(self._name_of(path) for path in self._sources)

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> ModuleSpec | None:
        """Return the specification of a module of the bundle, None for any other."""
        file = self._file_of(name)
        if file is None:
            return None
        return ModuleSpec(name, self, origin=_origin(file), is_package=self.is_package(name))

    def get_code(self, name: str) -> types.CodeType:
        """Return the compiled module."""
        return compile(self.get_source(name), _origin(self._file(name)), "exec", dont_inherit=True)

    def get_source(self, name: str) -> str:
        """Return the text of a module: `linecache`, and with it tracebacks, debuggers and `inspect`, ask for it."""
        return zlib.decompress(self._sources[self._file(name)]).decode()

    def is_package(self, name: str) -> bool:
        """Return whether a module may have others in it."""
        return self._file(name).endswith("__init__.py")

    def _file(self, name: str) -> str:
        file = self._file_of(name)
        if file is None:
            raise ImportError(f"the agent has no module {name}", name=name)
        return file

    def _file_of(self, name: str) -> str | None:
        if name != NAME and not name.startswith(NAME + "."):
            return None
        stem = name[len(NAME) + 1 :].replace(".", "/")
        for file in (f"{stem}.py", f"{stem}/__init__.py".lstrip("/")):
            if file in self._sources:
                return file
        return None

    @staticmethod
    def _name_of(path: str) -> str:
        stem = path[: -len(".py")]
        stem = "" if stem == "__init__" else stem[: -len("/__init__")] if stem.endswith("/__init__") else stem
        return ".".join([NAME, *filter(None, stem.split("/"))])


def start(namespace: dict[str, Any]) -> None:
    """Import the agent from the sources that a text has bound where it is executed, unless it is there already.

    Parameters
    ----------
    namespace : dict
        The global names of the text; those that it has bound for this function are taken away.
    """
    sources, version = namespace.pop(SOURCES), namespace.pop(VERSION)
    module = namespace.pop(MODULE)
    running = sys.modules.get(NAME)
    if getattr(running, "__version__", None) != version:
        _replace(running, Bundle(sources), version, module)
    if namespace.get("__name__") != SENT:
        sys.modules[NAME].install()


def _replace(running: Any, bundle: Bundle, version: str, module: types.ModuleType) -> None:
    """Put one version of the agent in the place of another, or of none."""
    if running is not None:
        running.uninstall()
        _remove(running.bundle)
    sys.meta_path.append(bundle)
    try:
        module.__spec__, module.__loader__ = bundle.find_spec(module.__name__), bundle
        sys.modules[module.__name__] = module
        agent: Any = import_module(NAME)
    except BaseException:
        _remove(bundle)
        raise
    agent.__version__, agent.same_process, agent.bundle = version, running is not None, bundle


def _remove(bundle: Bundle) -> None:
    """Remove the modules of a bundle, except cloudpickle: what it has loaded refers to it."""
    if bundle in sys.meta_path:
        sys.meta_path.remove(bundle)
    for name in bundle.modules():
        if name != CLOUDPICKLE:
            sys.modules.pop(name, None)


def _origin(file: str) -> str:
    """Return the name of a file as tracebacks show it: its place in the package."""
    return "cloudpickle/cloudpickle.py" if file == "cloudpickle.py" else "jupyter_mpl_guard/agent/" + file
