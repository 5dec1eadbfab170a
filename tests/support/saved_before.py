"""What an earlier version of this project has saved, put where a kernel or a server under test finds it.

The files are described in ``tests/fixtures/saved_before/README.md``.
"""

from __future__ import annotations

import gzip
import json
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from environments import environments
from kernels import Kernel

SAVED = Path(__file__).parents[1] / "fixtures" / "saved_before"

MATPLOTLIB = {"python3": "matplotlib-3.11"}
"""Kernel to the folder of what its Matplotlib can read: none promises to read the pickles of another."""

if "matplotlib==3.6.*" in environments()["oldest"].requirements:
    MATPLOTLIB["oldest_kernel"] = "matplotlib-3.6"


@pytest.fixture(params=sorted(MATPLOTLIB))
def saved_by(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Return the name of a kernel and the folder of what its Matplotlib has saved."""
    return kernel_of(request, request.param), MATPLOTLIB[request.param]


@pytest.fixture
def start_successor(start_kernel: Callable[..., Any], jp_runtime_dir: Path) -> Callable[..., Any]:
    """Start a kernel with the id, the key and the diary of a saved one, without an agent, as an async context."""

    @asynccontextmanager
    async def start(diary: str, name: str = "python3") -> AsyncIterator[Kernel]:
        (connection_file,) = (SAVED / diary).glob("kernel-*.json")
        (folder,) = (SAVED / diary).glob("mpl-guard-*")
        _unpack_privately(folder, jp_runtime_dir / folder.name)
        kernel = Kernel(name)
        kernel.manager.connection_file = str(jp_runtime_dir / connection_file.name)
        kernel.manager.session.key = json.loads(connection_file.read_text())["key"].encode()
        await kernel.start()
        try:
            yield kernel
        finally:
            await kernel.stop()

    return start


@pytest.fixture
def saved_archive(jp_data_dir: Path) -> Callable[[str, Path], Path]:
    """Copy a saved archive into the store of the server under test, as if just archived for a notebook.

    The address of the notebook and the time are not signed.
    """

    def put(saved: str, notebook: Path) -> Path:
        archive = Path(jp_data_dir) / "mpl-guard"
        _unpack_privately(SAVED / saved / "archive", archive)
        (owner,) = archive.glob("mpl-guard-kept-*/notebook.json")
        owner.write_text(
            json.dumps(json.loads(owner.read_text()) | {"notebook": str(notebook), "kept_at": time.time()})
        )
        return owner.parent

    return put


def kernel_of(request: pytest.FixtureRequest, key: str) -> str:
    """Return the name of a kernel of `MATPLOTLIB`."""
    return request.getfixturevalue(key) if key == "oldest_kernel" else key


def _unpack_privately(folder: Path, to: Path) -> None:
    """Copy a folder for the user alone, which git does not keep, with its pickles unpacked."""
    shutil.copytree(folder, to)
    for path in (to, *to.rglob("*")):
        if path.suffix == ".gz":
            path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
            path.unlink()
    for path in (to, *to.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
