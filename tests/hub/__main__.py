"""Make the environment in which ``make test-hub`` finds a JupyterHub, and print its path.

It is `.hub` in the clone: JupyterHub, its proxy (a program for Node) and what a user's server and kernels need.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from environments import make_environment

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".hub"
REQUIREMENTS = ("jupyterhub", "jupyterhub-idle-culler", "jupyter_server", "ipykernel", "matplotlib")
PROXY = "configurable-http-proxy"


def requirements() -> tuple[str, ...]:
    """Return what is installed: besides the hub, what this package asks for, which itself is used from the clone."""
    extras = [sys.executable, str(ROOT / "scripts" / "extras.py"), "dependencies"]
    own = subprocess.run(extras, check=True, capture_output=True, text=True).stdout.split()
    return (*REQUIREMENTS, *(each.strip("'\"") for each in own))


def make() -> None:
    """Make the environment, unless it is there."""
    proxy = FOLDER / "node_modules" / ".bin" / PROXY
    if proxy.exists() and (FOLDER / "bin" / "jupyterhub").exists():
        return
    print("==> making the environment .hub with a JupyterHub", file=sys.stderr, flush=True)
    make_environment(FOLDER, requirements(), compiled=True)
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("JupyterHub's proxy is a program for Node: install Node with npm, version 20 or newer.")
    subprocess.run(
        [npm, "install", "--no-fund", "--no-audit", "--prefix", FOLDER, PROXY], check=True, stdout=sys.stderr
    )


if __name__ == "__main__":
    make()
    print(FOLDER)
