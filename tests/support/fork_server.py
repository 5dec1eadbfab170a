"""Kernels that are forks of one process, which has imported already what every kernel imports at its start.

Such a kernel runs the same code as another from then on, without the second that the imports of ipykernel take: the
suite starts more than a thousand. Nor does it wait for what Matplotlib needs, a third of Matplotlib's own import,
except where a test says so. Matplotlib itself no fork has imported; when it does, the lists of properties are left out
of its docstrings, a tenth of all that kernels compute in the suite.

As a program, this module is that process: it reads what starts one kernel from each line of its input, a JSON list of
arguments, environment and working directory, and each kernel answers with its process id.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from importlib.machinery import PathFinder
from threading import Lock
from typing import Any

import pytest
from jupyter_client.provisioning import local_provisioner

IMPORTS = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.debugger",
    "IPython.core.completer",
)
"""What a kernel of this environment imports before it answers."""

IMPORTED = "TEST_KERNEL_IMPORTED"
"""Variable with a comma-separated list of further modules to import for a kernel, in place of `NEEDED`."""

NEEDED = (
    "numpy.ma,numpy.typing,PIL.PngImagePlugin,PIL.features,fontTools.agl,pyparsing,dateutil.rrule,dateutil.parser,"
    "kiwisolver,contourpy,cycler,packaging.version,IPython.core.pylabtools"
)
"""What Matplotlib imports from other packages."""

BARE = {IMPORTED: ""}
"""Variables of a kernel for which none of these is imported."""

LAUNCHER = [sys.executable, "-m", "ipykernel_launcher"]
"""What the command of such a kernel begins with."""


class Fork:
    """The process of a kernel, as far as a provisioner uses that of a `subprocess.Popen`.

    Parameters
    ----------
    pid : int
        Its id; whoever has forked it does not wait for it.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """Return 0 when it has ended, whatever its exit status, and None before."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def wait(self) -> int:
        """Return 0: a provisioner calls this when the process has ended."""
        return 0

    def send_signal(self, signum: int) -> None:
        """Send a signal, unless it has ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signum)

    def kill(self) -> None:
        """End it, unless it has ended."""
        self.send_signal(signal.SIGKILL)

    terminate = kill


class ForkServer:
    """The process whose forks the kernels are; it ends with its input, and its kernels with it.

    Parameters
    ----------
    modules : iterable of str
        What it imports.
    """

    def __init__(self, modules: Iterable[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # a fork has none of the threads
        )
        self._lock = Lock()

    def fork(self, arguments: list[str], environment: dict[str, str], folder: str) -> Fork:
        """Start a kernel with these arguments, variables and working directory, and return its process."""
        assert self._process.stdin
        assert self._process.stdout
        with self._lock:
            self._process.stdin.write(json.dumps([arguments, environment, folder]).encode() + b"\n")
            self._process.stdin.flush()
            return Fork(int(self._process.stdout.readline()))

    def stop(self) -> None:
        """End it."""
        self._process.communicate()


def for_python(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that Python reads when it starts."""
    return {name: value for name, value in environment.items() if name.startswith("PYTHON")}


def forking(launch: Callable[..., Any], servers: dict[str, ForkServer]) -> Callable[..., Any]:
    """Return a function that starts kernels of this environment as forks, in place of `jupyter_client.launch_kernel`.

    Parameters
    ----------
    launch : callable
        That function: it starts the others, and those that have variables of their own for Python.
    servers : dict
        Receives the processes that are forked, by the modules that these have imported.
    """
    ours = for_python(os.environ)

    def launch_kernel(cmd: list[str], **options: Any) -> Any:
        environment = dict(options.get("env") or os.environ)
        if cmd[: len(LAUNCHER)] != LAUNCHER or for_python(environment) != ours:
            return launch(cmd, **options)
        more = environment.pop(IMPORTED, NEEDED)
        if more not in servers:
            servers[more] = ForkServer([*IMPORTS, *filter(None, more.split(","))])
        return servers[more].fork(cmd[len(LAUNCHER) :], environment, options.get("cwd") or os.getcwd())

    return launch_kernel


@pytest.fixture(scope="session", autouse=True)
def forked_kernels() -> Iterator[None]:
    """Start kernels of this environment as forks, those of servers under test as well."""
    servers: dict[str, ForkServer] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local_provisioner, "launch_kernel", forking(local_provisioner.launch_kernel, servers))
        yield
    for server in servers.values():
        server.stop()


class ShortDocstrings:
    """Find the module of Matplotlib that builds docstrings, and make it leave out the lists of properties."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        """Return how the module is imported, None for any other."""
        spec = PathFinder.find_spec(name, path, target) if name == "matplotlib.artist" else None
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: Any) -> None:
            execute(module)
            module.kwdoc = lambda artist: ""

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def serve() -> None:
    """Fork a kernel for each line of the input."""
    sys.meta_path.insert(0, ShortDocstrings())
    for name in sys.argv[1:]:
        __import__(name)
    sys.path.remove(os.path.dirname(__file__))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the kernels
    for line in sys.stdin.buffer:
        if not os.fork():
            _run(*json.loads(line))


def _run(arguments: list[str], environment: dict[str, str], folder: str) -> None:
    """Run a kernel in this process; does not return."""
    from ipykernel import kernelapp

    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    answer, null = os.dup(1), os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.write(answer, b"%d\n" % os.getpid())
    os.close(answer)
    # A kernel exits when the process that started it is gone.
    os.environ["JPY_PARENT_PID"] = str(os.getppid())
    sys.argv[1:] = arguments
    kernelapp.launch_new_instance()
    sys.exit()


if __name__ == "__main__":
    serve()
