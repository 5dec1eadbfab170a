"""The distributions install where there is no Node, and Jupyter finds both halves in them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from environments import make_environment, old_python

ROOT = Path(__file__).resolve().parents[2]
LABEXTENSION = ROOT / "jupyter_mpl_guard" / "labextension"
VERSION = json.loads((ROOT / "package.json").read_text())["version"]

# A whole JupyterLab is downloaded and installed for each environment, by one worker for all tests that use it.
pytestmark = [pytest.mark.packaging, pytest.mark.timeout(900), pytest.mark.xdist_group("packaging")]


def run_without_node(*command: str | Path, path: str) -> str:
    """Run a command that finds neither Node nor any user's Jupyter settings, and return all its output."""
    assert shutil.which("node", path=path) is None
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTHON"))}
    done = subprocess.run(
        command, env=environ | {"PATH": path}, cwd=path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, done.stdout
    return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the two in the folder that MPL_GUARD_DISTRIBUTIONS names, or build them from the tree without Node.

    The wheel is built from the source distribution.
    """
    if given := os.environ.get("MPL_GUARD_DISTRIBUTIONS"):
        return _distributions_in(Path(given))
    if not LABEXTENSION.is_dir():
        pytest.fail("The page's half is not built: run `make build` first.")
    out, empty = tmp_path_factory.mktemp("dist"), tmp_path_factory.mktemp("no-node")
    run_without_node(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT, path=str(empty))
    return _distributions_in(out)


def _distributions_in(folder: Path) -> dict[str, Path]:
    [sdist], [wheel] = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return {"sdist": sdist, "wheel": wheel}


@pytest.fixture(
    scope="module",
    # The first is the oldest that is supported, Python included.
    params=[
        ("wheel", "jupyterlab==4.4.*", "3.10"),
        pytest.param(("wheel", "notebook>=7.4,<8", None), marks=pytest.mark.thorough),
        pytest.param(("sdist", "jupyterlab>=4.6,<5", None), marks=pytest.mark.thorough),
    ],
    ids=lambda param: " with ".join(param[:2]),
)
def installed(
    request: pytest.FixtureRequest, distributions: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Install a distribution, its own requirements and a front end; return the folder of the programs."""
    kind, front_end, version = request.param
    python = old_python(version) if version else sys.executable
    folder = tmp_path_factory.mktemp("environment")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(tmp_path_factory.mktemp("no-node")))
        make_environment(folder / "venv", (str(distributions[kind]), front_end), python)
    return folder / "venv" / "bin"


def test_jupyterlab_finds_the_page_half_enabled(installed: Path) -> None:
    said = run_without_node(installed / "jupyter", "labextension", "list", path=str(installed))
    assert re.search(rf"jupyter-mpl-guard v{re.escape(VERSION)}\s+enabled\s+OK", said), said


def test_the_server_finds_its_half_enabled(installed: Path) -> None:
    said = run_without_node(installed / "jupyter", "server", "extension", "list", path=str(installed))
    assert re.search(r"jupyter_mpl_guard\s+enabled", said), said
    assert re.search(r"^\s*jupyter_mpl_guard\s(.*\s)?OK$", said, re.MULTILINE), said


def test_the_installed_package_prints_the_agent_as_one_program(installed: Path) -> None:
    source = run_without_node(installed / "python", "-m", "jupyter_mpl_guard.agent", path=str(installed))
    compile(source, "agent", "exec")
    assert "matplotlib" in source


def test_the_wheel_carries_both_halves_and_nothing_else(distributions: dict[str, Path]) -> None:
    names = zipfile.ZipFile(distributions["wheel"]).namelist()
    data = f"jupyter_mpl_guard-{VERSION}.data/data"
    for needed in (
        "jupyter_mpl_guard/app.py",
        "jupyter_mpl_guard/agent/__init__.py",
        "jupyter_mpl_guard/schemas/plot_state.v1.json",
        "jupyter_mpl_guard/schemas/openapi.yaml",
        "jupyter_mpl_guard/labextension/package.json",
        f"{data}/share/jupyter/labextensions/jupyter-mpl-guard/package.json",
        f"{data}/share/jupyter/labextensions/jupyter-mpl-guard/install.json",
        f"{data}/etc/jupyter/jupyter_server_config.d/jupyter_mpl_guard.json",
    ):
        assert needed in names
    tops = {name.split("/")[0] for name in names}
    assert tops == {"jupyter_mpl_guard", f"jupyter_mpl_guard-{VERSION}.data", f"jupyter_mpl_guard-{VERSION}.dist-info"}


def test_the_source_distribution_carries_the_built_page(distributions: dict[str, Path]) -> None:
    with tarfile.open(distributions["sdist"]) as archive:
        names = archive.getnames()
    top = f"jupyter_mpl_guard-{VERSION}"
    assert f"{top}/jupyter_mpl_guard/labextension/static/style.js" in names
    assert f"{top}/src/index.ts" in names
    assert not [name for name in names if "node_modules" in name or "/.venv" in name]


def test_the_page_half_brings_at_most_128_kilobytes_of_javascript(distributions: dict[str, Path]) -> None:
    scripts = {file.name: file.stat().st_size for file in (LABEXTENSION / "static").glob("*.js")}
    assert 0 < sum(scripts.values()) <= 128_000, scripts


def test_all_style_sheets_reach_the_page_in_both_ways() -> None:
    by_style = re.findall(r"@import url\('(\w+\.css)'\)", (ROOT / "style" / "index.css").read_text())
    by_module = re.findall(r"import '\./(\w+\.css)'", (ROOT / "style" / "index.js").read_text())
    assert by_style == by_module
    assert set(by_style) == {file.name for file in (ROOT / "style").glob("*.css")} - {"index.css"}
