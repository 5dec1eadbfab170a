"""Gateways from the registry, each in an environment, a home and a runtime folder of its own, as on another machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import environments
import pytest
from kernels import LIMIT

TOKEN = "s3cret"

_OPTIONS = {
    "kernel_gateway": (
        "jupyter-kernelgateway",
        "KernelGatewayApp",
        ["--JupyterWebsocketPersonality.list_kernels=True"],
    ),
    "enterprise_gateway": (
        "jupyter-enterprisegateway",
        "EnterpriseGatewayApp",
        ["--EnterpriseGatewayApp.list_kernels=True", "--EnterpriseGatewayApp.unauthorized_users=nobody"],
    ),
}


class Gateway(NamedTuple):
    """A gateway that runs."""

    url: str
    process: subprocess.Popen[bytes]
    runtime: Path

    def diaries(self) -> list[Path]:
        """Return what agents have written on the gateway's machine."""
        return sorted(self.runtime.glob("mpl-guard-*"))

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Suspend its process until the block ends, so that it answers nothing."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


@contextmanager
def gateway(kind: str, home: Path) -> Iterator[Gateway]:
    """Start a gateway that asks for a token."""
    script, app, options = _OPTIONS[kind]
    python = environments.environments()[kind].interpreter
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    address = [f"--{app}.ip=127.0.0.1", f"--{app}.port={port}", f"--{app}.port_retries=0"]
    address += [f"--{app}.auth_token={TOKEN}"]
    address += ["--KernelRestarter.time_to_dead=0.3", "--AsyncIOLoopKernelRestarter.time_to_dead=0.3"]
    foreign = ("JUPYTER", "PYTHONPATH", "MPLBACKEND")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    environ |= {"HOME": str(home), "JUPYTER_RUNTIME_DIR": str(home / "runtime"), "JUPYTER_PREFER_ENV_PATH": "1"}
    environ |= {"IPYTHONDIR": str(home / "ipython"), "PATH": f"{python.parent}:{os.environ['PATH']}"}
    with (home / "gateway.log").open("wb") as log:
        command = [str(python), str(python.parent / script), *address, *options]
        with subprocess.Popen(command, env=environ, cwd=home, stdout=log, stderr=log) as process:
            try:
                limit = time.monotonic() + LIMIT
                while not _listens(port):
                    assert process.poll() is None, (home / "gateway.log").read_text()
                    assert time.monotonic() < limit, "the gateway does not listen"
                    time.sleep(0.05)
                yield Gateway(f"http://127.0.0.1:{port}", process, home / "runtime")
            finally:
                process.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def kernel_gateway(kernel_path, tmp_path_factory):
    """Start a Jupyter Kernel Gateway for the tests of a module."""
    environments.environments()["kernel_gateway"].make()
    with gateway("kernel_gateway", tmp_path_factory.mktemp("kernel_gateway")) as started:
        yield started


@pytest.fixture(scope="module")
def enterprise_gateway(kernel_path, tmp_path_factory):
    """Start a Jupyter Enterprise Gateway for the tests of a module."""
    environments.environments()["enterprise_gateway"].make()
    with gateway("enterprise_gateway", tmp_path_factory.mktemp("enterprise_gateway")) as started:
        yield started
