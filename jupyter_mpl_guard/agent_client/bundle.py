"""The agent as one readable text, and as the parcel in which it travels into a kernel."""

from __future__ import annotations

import marshal
import sys
import zlib
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.util import MAGIC_NUMBER
from threading import Thread
from types import CodeType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable  # where it is only since Python 3.11

SENT = "_jupyter_mpl_guard_sent"
"""Module name under which the server executes the text, as the envelope knows it: it asks the agent to begin in a
second step."""

ENVELOPE = "envelope.py"
"""File beside this one in which the files of the agent travel."""

OPTIMIZE = 2
"""Level at which modules are compiled, as `bootstrap` does it in a kernel: without docstrings, a sixth of them."""

FIRST = "bootstrap.py"
"""The file of the agent that finds the others."""

CLOUDPICKLE = "cloudpickle.py"
"""The one module of cloudpickle, which travels as a file of the agent."""

OTHER_PYTHON = "compiled by another Python"
"""What a kernel says to compiled modules that it cannot use; it needs the sources."""

_ready: list[dict[str, Any]] = []
"""The parcel with compiled modules, once there is one."""


@cache
def agent_source() -> str:
    """Return the text that installs the agent in the kernel that executes it.

    Executed under the module name `SENT` it waits for the server to ask the agent to begin; anywhere else the text
    starts the agent itself.

    Raises
    ------
    ValueError
        A file of the agent cannot be quoted.
    """
    return _text(_agent_files())


@cache
def agent_parcel() -> dict[str, Any]:
    """Return what a server sends: the same text with `FIRST` alone in it, and the other files compressed beside it.

    Reading a literal of 900 kB takes Python as long as compiling a third of the modules that a kernel runs at first.

    Returns
    -------
    dict
        The text as ``source``; as ``parcel`` each file below the agent's folder, compressed and in base64 (``files``).
    """
    files = dict(_agent_files())
    text = _text({FIRST: files.pop(FIRST)})
    return {"source": text, "parcel": {"files": {path: _packed(source.encode()) for path, source in files.items()}}}


@cache
def compiled_parcel() -> dict[str, Any]:
    """Return what a server sends to kernels of its own Python: the modules, compiled.

    A kernel reads their sources from the files of the server where it needs them, for a traceback. One whose Python
    cannot use the modules refuses them with `OTHER_PYTHON`.

    Returns
    -------
    dict
        The text as ``source``, without a file in it; as ``parcel`` the number that tells versions of byte code apart
        (``magic``), the marshalled module of `FIRST` in base64 (``bootstrap``), the compressed modules of all files
        one behind the other in base64 (``codes``), where that of each file begins and ends (``places``), and the
        folders with their texts (``folders``).
    """
    codes = bytearray()
    places: dict[str, list[int]] = {}
    for path, source in _agent_files().items():
        start = len(codes)
        codes += zlib.compress(marshal.dumps(_code(path, source)))
        places[path] = [start, len(codes)]
    first = b64encode(marshal.dumps(_code(FIRST, _agent_files()[FIRST]))).decode()
    return {
        "source": _text({}),
        "parcel": {
            "magic": MAGIC_NUMBER.hex(),
            "bootstrap": first,
            "codes": b64encode(codes).decode(),
            "places": places,
            "folders": {path: str(_folder_of(path)) for path in ("", CLOUDPICKLE)},
        },
    }


def parcel_for(manager: Any) -> dict[str, Any]:
    """Return the parcel for a kernel, with compiled modules if it can use them and they are ready, without waiting."""
    return _ready[-1] if _ready and runs_this_python(manager) else agent_parcel()


def compile_beside() -> None:
    """Compile the modules in a thread: it takes a third of a second."""

    def work() -> None:
        agent_parcel()  # for the kernels that come meanwhile, and those of other versions
        _ready.append(compiled_parcel())

    if not _ready:
        Thread(target=work, name="mpl-guard-compile", daemon=True).start()


def runs_this_python(manager: Any) -> bool:
    """Return whether a kernel runs in the server's own Python, as far as its specification says.

    jupyter_client puts its own interpreter in the place of a plain name.
    """
    try:
        program = manager.kernel_spec.argv[0]
    except Exception:  # a gateway's kernel may have no specification here
        return False
    return program in (
        sys.executable,
        "python",
        f"python{sys.version_info[0]}",
        "python{}.{}".format(*sys.version_info),
    )


@cache
def _agent_files() -> dict[str, str]:
    """Return path and text of each file that travels."""
    sources = dict(_python_files(_folder_of("")))
    del sources["__main__.py"]  # it prints the text and has no place in a kernel
    sources[CLOUDPICKLE] = (_folder_of(CLOUDPICKLE) / CLOUDPICKLE).read_text("utf-8")
    return sources


def _folder_of(path: str) -> Traversable:
    """Return the folder that the path of a file which travels begins in."""
    return files("cloudpickle") if path == CLOUDPICKLE else files("jupyter_mpl_guard") / "agent"


def _packed(content: bytes) -> str:
    return b64encode(zlib.compress(content)).decode()  # the best level takes four times as long for 1 % less


def _code(path: str, source: str) -> CodeType:
    """Return a compiled module, under the name that `bootstrap` gives its file in a kernel."""
    place = "cloudpickle/cloudpickle.py" if path == CLOUDPICKLE else f"jupyter_mpl_guard/agent/{path}"
    return compile(source, place, "exec", dont_inherit=True, optimize=OPTIMIZE)


def _text(sources: dict[str, str]) -> str:
    """Return the text that contains some files as they are."""
    head, tail = _envelope()
    text = [head]
    for path, source in sources.items():
        if "'''" in source:
            raise ValueError(f"{path} cannot travel: it contains three single quotes in a row")
        text.append(f"\n    # {'-' * 20} {path} {'-' * 20}\n    sources[{path!r}] = r'''{source}'''\n")
    version = sha256("".join(_agent_files().values()).encode()).hexdigest()[:16]
    return "".join([*text, f"\n    version = {version!r}\n", tail])


def _envelope() -> tuple[str, str]:
    """Return what comes before the files, and what comes behind them."""
    lines = (files("jupyter_mpl_guard") / "agent_client" / ENVELOPE).read_text("utf-8").splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if "`bundle.agent_source`" in line)
    return "".join(lines[:place]), "".join(lines[place + 1 :])


def _python_files(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield path below the folder and text of each Python file, those of a folder before those of its folders."""
    for entry in sorted(folder.iterdir(), key=lambda entry: (entry.is_dir(), entry.name)):
        if entry.is_dir():
            yield from _python_files(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".py"):
            yield prefix + entry.name, entry.read_text("utf-8")
