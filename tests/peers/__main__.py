"""Run tests of other projects in kernels with and without the agent: ``python tests/peers`` says what differs.

Each project's tests run twice in a cell of a kernel, once with the agent in it and a checkpoint forced after each test.
That needs no baseline: a test that fails here fails in both. What differs is run a second time alone, since some tests
depend on time; what differs again is listed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tarfile
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from environments import DATA, Environment
from jupyter_client import KernelManager

from jupyter_mpl_guard.agent_client.bundle import agent_source

HERE = Path(__file__).parent

ENVIRONMENT = Environment(
    "peers",
    (
        *("ipykernel[test]", "ipympl", "matplotlib", "nbformat", "pandas", "pytest", "pytest-timeout"),
        *("scipy", "seaborn", "statsmodels"),
    ),
)

LIMIT = 3600.0
"""Seconds after which the tests of a project have hung."""


@dataclass(frozen=True)
class Peer:
    """A project and those of its tests that run without a display, a network and pictures to compare with.

    Parameters
    ----------
    name : str
        Its distribution.
    folder : str
        Where its tests are: in the installed package, or else in its source distribution.
    files : tuple of str
        Patterns of the files of tests.
    in_sources : bool
        Whether the source distribution is needed.
    """

    name: str
    folder: str
    files: tuple[str, ...]
    in_sources: bool = False

    def tests(self, sources: Path) -> list[str]:
        """Return the files of tests, out of the package or its sources, which are fetched into a folder."""
        root = _sources(self.name, sources) if self.in_sources else _installed(self.folder)
        folder = root / self.folder if self.in_sources else root
        return [str(path) for pattern in self.files for path in sorted(folder.glob(pattern))]


PEERS = (
    Peer(
        "matplotlib",
        "matplotlib.tests",
        (
            *("test_artist.py", "test_axis.py", "test_backend_bases.py", "test_backend_inline.py", "test_cbook.py"),
            *("test_colors.py", "test_cycles.py", "test_dates.py", "test_figure.py", "test_legend.py"),
            *("test_lines.py", "test_pickle.py", "test_pyplot.py", "test_rcparams.py", "test_scale.py"),
            *("test_style.py", "test_subplots.py", "test_text.py", "test_ticker.py", "test_units.py"),
            *("test_widgets.py",),
        ),
    ),
    Peer("seaborn", "tests", ("test_axisgrid.py", "test_rcmod.py", "test_utils.py", "_core/test_plot.py"), True),
    Peer("ipykernel", "tests", ("test_ipkernel_direct.py", "test_jsonutil.py", "inprocess/test_kernel.py"), True),
)

RUN = """
import os, sys
sys.path.insert(0, {here!r})
os.chdir({folder!r})
import pytest
pytest.main([*{tests!r}, "-p", "checkpoints", "-p", "no:cacheprovider", "-q", "--no-header", "--timeout=120",
             "--junitxml", {report!r}, *{options!r}])
"""


def _installed(package: str) -> Path:
    code = f"import importlib; print(importlib.import_module({package!r}).__path__[0])"
    done = subprocess.run([ENVIRONMENT.interpreter, "-c", code], check=True, capture_output=True, text=True)
    return Path(done.stdout.strip())


def _sources(name: str, folder: Path) -> Path:
    """Fetch the source distribution of the installed version, and return the folder in it."""
    code = f"from importlib.metadata import version; print(version({name!r}))"
    version = subprocess.run([ENVIRONMENT.interpreter, "-c", code], check=True, capture_output=True, text=True)
    wanted = f"{name}=={version.stdout.strip()}"
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "--no-binary=:all:",
        "-d",
        str(folder),
        wanted,
    ]
    subprocess.run(command, check=True)
    archive = next(folder.glob(f"{name}-*.tar.gz"))
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    return folder / archive.name.removesuffix(".tar.gz")


def outcomes(tests: Sequence[str], folder: Path, *, agent: bool, options: Sequence[str] = ()) -> dict[str, str]:
    """Run tests in a cell of a new kernel and return name to outcome.

    Parameters
    ----------
    tests : sequence of str
        Files, or names as pytest has them.
    folder : pathlib.Path
        Where they run.
    agent : bool
        Whether the agent is in the kernel.
    options : sequence of str
        Further options of pytest.
    """
    report = folder / f"{'guarded' if agent else 'plain'}.xml"
    report.unlink(missing_ok=True)
    manager = KernelManager(kernel_name=ENVIRONMENT.make())
    manager.start_kernel(cwd=str(folder))
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        code = RUN.format(here=str(HERE), folder=str(folder), tests=list(tests), report=str(report), options=[*options])
        for each in [agent_source()] * agent + [code]:
            client.execute_interactive(each, timeout=LIMIT, output_hook=lambda message: None, allow_stdin=False)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    found: dict[str, str] = {}
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        kinds = {each.tag for each in case} & {"failure", "error", "skipped"}
        found[f"{case.get('classname')}::{case.get('name')}"] = min(kinds, default="passed")
    return found


def differences(plain: dict[str, str], guarded: dict[str, str]) -> dict[str, str]:
    """Return the tests whose outcomes are not the same, each with both."""
    return {
        name: f"{plain.get(name, 'missing')} without the agent, {guarded.get(name, 'missing')} with it"
        for name in sorted({*plain, *guarded})
        if plain.get(name) != guarded.get(name)
    }


def main() -> int:
    """Run the tests of all peers and print the result."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--peers", nargs="*", default=[each.name for each in PEERS], help="which projects")
    chosen = arguments.parse_args().peers
    ENVIRONMENT.make()
    os.environ["JUPYTER_PATH"] = str(DATA)
    differing = 0
    with tempfile.TemporaryDirectory(prefix="mpl-guard-peers-") as temporary:
        for peer in (each for each in PEERS if each.name in chosen):
            folder = Path(temporary, peer.name)
            folder.mkdir()
            tests = peer.tests(folder)
            plain, guarded = (outcomes(tests, folder, agent=agent) for agent in (False, True))
            differ = differences(plain, guarded)
            if differ:
                again = "|".join(sorted({name.rpartition("::")[2].partition("[")[0] for name in differ})).replace(
                    "|", " or "
                )
                rerun = [outcomes(tests, folder, agent=agent, options=["-k", again]) for agent in (False, True)]
                differ = {name: text for name, text in differences(*rerun).items() if name in differ}
            counts = ", ".join(f"{count} {what}" for what, count in sorted(Counter(guarded.values()).items()))
            print(f"{peer.name}: {len(guarded)} tests with the agent ({counts}), {len(differ)} differ", flush=True)
            for name, text in differ.items():
                print(f"  {name}: {text}", flush=True)
            differing += len(differ)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
