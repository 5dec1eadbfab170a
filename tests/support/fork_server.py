"""Kernels that are forks of one process, which has imported already what they need: for tests that need hundreds.

A kernel of this kind is like another but for its imports: it starts in a tenth of the time. As a program, this module
is that process: it reads the arguments of one kernel from each line of its input, a JSON list, and answers with the
kernel's process id.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from jupyter_client.provisioning import LocalProvisioner

IMPORTS = ("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "numpy", "matplotlib.pyplot")
"""What the kernels need."""


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
        """Return a number when it has ended; which one is not known."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def wait(self) -> int:
        """Return a number: a provisioner calls this when the process has ended."""
        return 0

    def send_signal(self, signum: int) -> None:
        """Send a signal, unless it has ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signum)

    def kill(self) -> None:
        """End it, unless it has ended."""
        self.send_signal(signal.SIGKILL)


class ForkServer:
    """The process whose forks the kernels are.

    Parameters
    ----------
    process : asyncio.subprocess.Process
        Runs this module.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process, self._lock = process, asyncio.Lock()

    async def fork(self, arguments: list[str]) -> Fork:
        """Start a kernel with these arguments, and return its process."""
        assert self._process.stdin
        assert self._process.stdout
        async with self._lock:
            self._process.stdin.write(json.dumps(arguments).encode() + b"\n")
            return Fork(int(await self._process.stdout.readline()))

    def provisioner(self, manager: Any) -> LocalProvisioner:
        """Return what a kernel manager starts and ends its kernel with."""
        server = self

        class Provisioner(LocalProvisioner):
            async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
                self.process = await server.fork(cmd[cmd.index("-f") :])
                self.pid = self.pgid = self.process.pid
                return self.connection_info

        return Provisioner(parent=manager, kernel_id="", kernel_spec=manager.kernel_spec)


@asynccontextmanager
async def fork_server() -> AsyncIterator[ForkServer]:
    """Run such a process, and end it; its kernels are to be ended before."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, __file__, stdin=pipe, stdout=pipe, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    )
    try:
        yield ForkServer(process)
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()


def serve() -> None:
    """Fork a kernel for each line of the input."""
    for name in IMPORTS:
        __import__(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the kernels
    while line := os.read(0, 65536):
        pid = os.fork()
        if not pid:
            _run(json.loads(line))
        os.write(1, b"%d\n" % pid)


def _run(arguments: list[str]) -> None:
    """Be a kernel; does not return."""
    from ipykernel import kernelapp

    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        # A kernel ends itself when the process is gone that has started it.
        sys.argv[1:] = [*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"]
        kernelapp.launch_new_instance()
    finally:
        os._exit(0)


if __name__ == "__main__":
    serve()
