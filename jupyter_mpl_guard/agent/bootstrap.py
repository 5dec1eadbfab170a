"""Import the modules of the agent from the text with which they have travelled into the kernel.

All modules travel with the text that the server sends. `start` puts a finder on the import system that knows them, and
imports the agent: from then on a module of it is found, locked, run once and, when its run fails, removed again like
any other. A module runs when it is first imported, so a kernel that never plots never runs those that save figures.
"""

from __future__ import annotations

import marshal
import sys
import types
import zlib
from binascii import a2b_base64
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any
from weakref import WeakSet

NAME = "_jupyter_mpl_guard"
"""Name of the agent's module in `sys.modules`."""

CLOUDPICKLE = NAME + ".cloudpickle"
"""Name of the cloudpickle that travels along. It outlives the agent: what it has loaded refers to it."""

IMPORTED = (".lifecycle", ".magic.registration")
"""They import all that an agent needs to begin."""


class Bundle(InspectLoader, MetaPathFinder):
    """Find and load the modules of the agent.

    Parameters
    ----------
    sources : mapping of str to str or bytes
        Path of a file below the agent's folder to its text, which may be compressed; an attribute, too.
    codes : mapping of str to bytes
        Path of a file that comes compiled to its module, marshalled and compressed.
    folders : mapping of str to str
        Where the server has read such files: their folder as "", or by the path of one that lies elsewhere.
    """

    def __init__(
        self,
        sources: Mapping[str, str | bytes],
        codes: Mapping[str, bytes],
        folders: Mapping[str, str],
    ) -> None:
        self.sources = dict(sources)
        self._codes = dict(codes)
        self._folders = dict(folders)
        self._files = {*sources, *codes}
        self._have_run: WeakSet[types.ModuleType] = WeakSet()

    def modules(self) -> list[str]:
        """Return the full names of all modules, packages before what is in them."""
        return sorted(map(_name_of, self._files))

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> ModuleSpec | None:
        """Return the specification of a module of the bundle, None for any other."""
        file = self._file_of(name)
        if file is None:
            return None
        spec = ModuleSpec(name, self, origin=_origin(file), is_package=self.is_package(name))
        spec.has_location = True  # `inspect` asks modules for their file
        spec.cached = ""  # to work out where one would be takes 0.1 ms
        return spec

    def exec_module(self, module: types.ModuleType) -> None:
        """Run a module the first time only: reloading it in the middle of its work would break the agent.

        ``%autoreload`` tries to if a file of that name is in the working directory.
        """
        if module not in self._have_run:
            super().exec_module(module)
            self._have_run.add(module)
            self._codes.pop(self._file(module.__name__), None)

    def adopt(self, bootstrap: types.ModuleType) -> None:
        """Register a module that has already run as one of this bundle."""
        spec = self.find_spec(bootstrap.__name__)
        bootstrap.__spec__, bootstrap.__loader__, bootstrap.__file__ = spec, self, spec.origin if spec else None
        self._have_run.add(bootstrap)
        sys.modules[bootstrap.__name__] = bootstrap

    def prepare(self, name: str) -> None:
        """Compile a module that will be imported later, unless it has come compiled."""
        if name not in sys.modules and self._file(name) not in self._codes:
            self._codes[self._file(name)] = zlib.compress(marshal.dumps(self.get_code(name)))

    def get_code(self, name: str) -> types.CodeType:
        """Return the compiled module."""
        file = self._file(name)
        if file in self._codes:
            code: types.CodeType = marshal.loads(zlib.decompress(self._codes[file]))
            return code
        source = self.get_source(name)
        if source is None:
            raise ImportError(f"{_origin(file)} has run and is no longer on the disk", name=name)
        return compile(source, _origin(file), "exec", dont_inherit=True, optimize=2)

    def get_source(self, name: str) -> str | None:
        """Return the text of a module: `linecache`, and so tracebacks, debuggers and `inspect`, ask for it."""
        file = self._file(name)
        source = self.sources.get(file)
        if source is None:
            folder = self._folders.get(file, self._folders[""])
            with suppress(OSError), open(f"{folder}/{file}", encoding="utf-8") as text:
                return text.read()
            return None
        return source if isinstance(source, str) else zlib.decompress(source).decode()

    def is_package(self, name: str) -> bool:
        """Return whether a module is a package."""
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
            if file in self._files:
                return file
        return None


def start(
    sources: Mapping[str, str], parcel: Mapping[str, Any], version: str, bootstrap: types.ModuleType, *, begin: bool
) -> None:
    """Import the agent, unless this version of it is there already; another version is replaced.

    Parameters
    ----------
    sources : mapping of str to str
        Files that came uncompressed, see `Bundle`.
    parcel : mapping
        The other files, see `bundle.agent_parcel`.
    version : str
        Distinguishes these sources from others.
    bootstrap : module
        This module, which has been made without the import system.
    begin : bool
        Whether the agent begins at once; otherwise the sender of the text asks it to.
    """
    running = sys.modules.get(NAME)
    if getattr(running, "__version__", None) != version:
        _replace(running, _bundle(sources, parcel), version, bootstrap)
    if begin:
        sys.modules[NAME].install()


def _bundle(sources: Mapping[str, str], parcel: Mapping[str, Any]) -> Bundle:
    """Unpack what has come in base64, as data goes to a kernel as JSON."""
    packed = {path: a2b_base64(text) for path, text in parcel.get("files", {}).items()}
    whole, places = a2b_base64(parcel.get("codes", "")), parcel.get("places", {})
    codes = {path: whole[start:end] for path, (start, end) in places.items()}
    return Bundle({**sources, **packed}, codes, parcel.get("folders", {}))


def _replace(running: Any, bundle: Bundle, version: str, bootstrap: types.ModuleType) -> None:
    """Replace another version of the agent, or install it where there is none."""
    if running is not None:
        try:
            running.uninstall()
        except Exception:  # it was broken; all of it goes away
            pass
        _remove(getattr(running, "bundle", None))
    sys.meta_path.append(bundle)
    try:
        bundle.adopt(bootstrap)
        agent: Any = import_module(NAME)
        for part in IMPORTED:  # whole, or nothing of the agent arrives
            import_module(NAME + part)
        agent.__version__, agent.same_process, agent.bundle = version, running is not None, bundle
    except BaseException:
        _remove(bundle)
        raise


def _remove(bundle: Any) -> None:
    """Remove a bundle and all modules of the agent that have been imported."""
    if bundle in sys.meta_path:
        sys.meta_path.remove(bundle)
    for name in list(sys.modules):
        if (name == NAME or name.startswith(NAME + ".")) and name != CLOUDPICKLE:
            del sys.modules[name]


def _name_of(file: str) -> str:
    """Return the full name of the module of a file."""
    return f"{NAME}.{file[:-3].replace('/', '.')}".removesuffix(".__init__")


def _origin(file: str) -> str:
    """Return the name of a file as tracebacks show it: its place in the package."""
    return "cloudpickle/cloudpickle.py" if file == "cloudpickle.py" else "jupyter_mpl_guard/agent/" + file
