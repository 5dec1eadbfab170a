"""Kernels of other environments than the server's: made once per clone, used by tests and benchmarks.

``python tests/support/environments.py`` makes them all beforehand.  They live in ``.venv/kernels`` of the clone, which
is laid out as a Jupyter data folder: with it in ``JUPYTER_PATH`` a server finds each kernel under the name used here.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / ".venv" / "kernels"


def old_python(version: str = "3.9") -> str:
    """Return the path of a Python of this version, by default the agent's oldest, or else of the running one."""
    places = [Path.home() / ".pyenv", Path(os.environ.get("PYENV_ROOT", "/nonexistent"))]
    on_path = shutil.which(f"python{version}")
    if on_path and Path(on_path).parent.name == "shims":
        # pyenv puts a shim on PATH for every version that it has, and lets only the chosen one start.
        places.append(Path(on_path).parent.parent)
        on_path = None
    installed = sorted(found for place in places for found in place.glob(f"versions/{version}.*/bin/python{version}"))
    return on_path or (str(installed[-1]) if installed else sys.executable)


def oldest_requirements(python: str) -> tuple[str, ...]:
    """Return the oldest Matplotlib, IPython and ipykernel that install and work together in this Python."""
    code = "import sys; print(sys.version_info[1])"
    minor = int(subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout)
    if minor <= 11:
        # IPython 8.0 cannot use matplotlib-inline 0.2; ipykernel before 6.7 refuses IPython 8.
        return ("matplotlib==3.6.*", "ipython==8.0.*", "ipykernel==6.7.*", "matplotlib-inline<0.2", "numpy<2", "ipympl")
    # Newer Pythons have no binaries of those: the last of the same major versions.
    return ("matplotlib<3.11", "ipython==8.*", "ipykernel==6.*", "ipympl")


def make_environment(
    folder: Path, requirements: tuple[str, ...], python: str = sys.executable, *, compiled: bool = False
) -> None:
    """Make a new virtual environment in the folder, in place of what was there, and install into it.

    Parameters
    ----------
    folder : pathlib.Path
        Where to make it.
    requirements : tuple of str
        What is installed.
    python : str
        The path of its Python.
    compiled : bool
        Whether byte code is made at once, as pip does in any case: worth it where many processes start.
    """
    shutil.rmtree(folder, ignore_errors=True)
    interpreter = folder / "bin" / "python"
    uv = [sys.executable, "-m", "uv"]
    made = subprocess.run([*uv, "venv", "--clear", "--quiet", "--python", python, folder], check=False)
    install = [*uv, "pip", "install", "--quiet", "--python", interpreter, *requirements]
    install += ["--compile-bytecode"] if compiled else []
    if made.returncode == 0 and subprocess.run(install, check=False).returncode == 0:
        return
    # uv does not read the settings of pip: where only pip knows the way to an index, pip has to do it.
    print("==> uv did not manage: once more with pip", flush=True)
    subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
    subprocess.run([interpreter, "-m", "pip", "install", "--quiet", *requirements], check=True)


@dataclass(frozen=True)
class Environment:
    """A virtual environment with a kernel in it, and the kernelspec that starts that kernel."""

    name: str
    requirements: tuple[str, ...]
    python: str = sys.executable

    @property
    def spec(self) -> Path:
        """The kernelspec's file; it is written last, so that its presence says that the environment is whole."""
        return DATA / "kernels" / self.name / "kernel.json"

    @property
    def interpreter(self) -> Path:
        """The Python of the environment."""
        return DATA / "environments" / self.name / "bin" / "python"

    def contents(self) -> str:
        """Return the kernelspec as text."""
        spec = {
            "argv": [str(self.interpreter), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": f"Python ({self.name})",
            "language": "python",
            # A server under test hands its own module path to its children: with it the kernel would see this package.
            "env": {"PYTHONPATH": ""},
            "metadata": {"python": self.python, "requirements": self.requirements},
        }
        return json.dumps(spec, indent=2)

    def make(self) -> str:
        """Make the environment unless it is there already, and return the kernel's name."""
        if not (self.spec.exists() and self.spec.read_text() == self.contents() and self.interpreter.exists()):
            print(f"==> making the kernel environment '{self.name}': {' '.join(self.requirements)}", flush=True)
            self.spec.unlink(missing_ok=True)
            make_environment(self.interpreter.parent.parent, self.requirements, self.python, compiled=True)
            self.spec.parent.mkdir(parents=True, exist_ok=True)
            self.spec.write_text(self.contents())
        return self.name


def environments() -> dict[str, Environment]:
    """Return every environment, by name."""
    python = old_python()
    described = (
        Environment("oldest", oldest_requirements(python), python),
        Environment("foreign", ("ipykernel", "matplotlib", "ipympl")),
        Environment("bare", ("ipykernel",)),
        Environment("oldest_server", ("jupyter_server==2.14.0", "jupyter_client==8.0.*", "ipykernel")),
        Environment("kernel_gateway", ("jupyter_kernel_gateway", "ipykernel", "matplotlib", "ipympl", "rfc3987")),
        Environment("enterprise_gateway", ("jupyter_enterprise_gateway", "ipykernel", "matplotlib", "ipympl")),
    )
    return {environment.name: environment for environment in described}


def make_bash_kernel() -> str:
    """Write the kernelspec of bash_kernel, which is installed beside the tests, and return its name."""
    spec = DATA / "kernels" / "bash" / "kernel.json"
    spec.parent.mkdir(parents=True, exist_ok=True)
    argv = [sys.executable, "-m", "bash_kernel", "-f", "{connection_file}"]
    spec.write_text(json.dumps({"argv": argv, "display_name": "Bash", "language": "bash"}))
    return spec.parent.name


@pytest.fixture(scope="session")
def kernel_path() -> Iterator[Path]:
    """Make servers and clients of this run find the kernels made here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(DATA))
        yield DATA


@pytest.fixture(scope="session")
def oldest_kernel(kernel_path: Path) -> str:
    """Return the name of the kernel with the oldest supported versions."""
    return environments()["oldest"].make()


@pytest.fixture(scope="session")
def foreign_kernel(kernel_path: Path) -> str:
    """Return the name of the kernel with the newest versions, in an environment without this package."""
    return environments()["foreign"].make()


@pytest.fixture(scope="session")
def bare_kernel(kernel_path: Path) -> str:
    """Return the name of the Python kernel whose environment has no Matplotlib."""
    return environments()["bare"].make()


@pytest.fixture(scope="session")
def bash_kernel_name(kernel_path: Path) -> str:
    """Return the name of the kernel that is not Python."""
    return make_bash_kernel()


if __name__ == "__main__":
    for environment in environments().values():
        if environment.name != "enterprise_gateway":  # only `make test-gateways` needs that one
            environment.make()
    make_bash_kernel()
