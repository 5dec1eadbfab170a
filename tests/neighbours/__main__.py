"""Make the environment in which ``make test-neighbours`` finds other extensions of Jupyter, and print its path.

It is `.neighbours` in the clone: a JupyterLab with what users install beside this package, each in its latest version.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from environments import make_environment

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".neighbours"
BASE = ("jupyterlab", "ipykernel", "ipympl", "matplotlib")
NEIGHBOURS = (
    "jupyter-collaboration",
    "jupyter-server-nbmodel",
    "jupyter-resource-usage",
    "lckr-jupyterlab-variableinspector",
    "jupyterlab-lsp",
    "jupyter-ai",
    "voila",
    "papermill",
    "nbclient",
    "jupyter-scheduler",
)


def requirements() -> tuple[str, ...]:
    """Return what is installed: besides the neighbours, what this package asks for, which is used from the clone."""
    extras = [sys.executable, str(ROOT / "scripts" / "extras.py"), "dependencies"]
    own = subprocess.run(extras, check=True, capture_output=True, text=True).stdout.split()
    return (*BASE, *NEIGHBOURS, *(each.strip("'\"") for each in own))


def make() -> None:
    """Make the environment, unless it is there."""
    done = FOLDER / "installed"
    if not done.exists():
        print("==> making the environment .neighbours with other extensions", file=sys.stderr, flush=True)
        make_environment(FOLDER, requirements(), compiled=True)
        done.touch()


if __name__ == "__main__":
    make()
    print(FOLDER)
