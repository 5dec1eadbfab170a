"""What the server checks of the page: whether both halves of ipympl are installed, enabled and of one version."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_mpl_guard import messages
from jupyter_mpl_guard.server_checks import page


@pytest.fixture
def page_files(tmp_path, monkeypatch):
    """Return a function that installs an extension of the page in folders of the test."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "data"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "user"))
    monkeypatch.setattr(page, "jupyter_path", lambda name: [str(tmp_path / "data" / name)])

    def install(name, version):
        folder = tmp_path / "data" / "labextensions" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text(json.dumps({"name": name, "version": version}))

    return install


def statuses(wanted="^0.12"):
    return {each["id"]: each["status"] for each in page.page_checks(wanted, shows_canvases=True)}


def test_the_page_needs_both_halves_of_ipympl(page_files):
    assert statuses() == {"ipympl-in-page": "problem", "widget-manager": "problem"}
    assert {each["status"] for each in page.page_checks(None, shows_canvases=False)} == {"ok"}
    page_files("jupyter-matplotlib", "0.11.7")
    page_files("@jupyter-widgets/jupyterlab-manager", "5.0.15")
    assert statuses() == {"ipympl-in-page": "problem", "widget-manager": "ok"}
    assert statuses(None)["ipympl-in-page"] == "unknown"
    page_files("jupyter-matplotlib", "0.12.3")
    assert set(statuses().values()) == {"ok"}


def test_a_disabled_widget_manager_is_named_and_the_remedy_enables_it(page_files, tmp_path):
    page_files("jupyter-matplotlib", "0.12.0")
    page_files("@jupyter-widgets/jupyterlab-manager", "5.0.15")
    jupyter = [str(Path(sys.executable).with_name("jupyter"))]
    disable = ["labextension", "disable", "--level=user", "@jupyter-widgets/jupyterlab-manager"]
    subprocess.run(jupyter + disable, check=True, capture_output=True)
    assert statuses()["widget-manager"] == "problem"
    remedy = messages.ENABLE_WIDGET_MANAGER.split("`")[1].split()
    subprocess.run([*jupyter, *remedy[1:]], check=True, capture_output=True)
    assert statuses()["widget-manager"] == "ok"


@pytest.mark.parametrize(
    ("version", "wanted", "fits"),
    [
        ("0.12.0", "^0.12", True),
        ("0.12.9", "^0.12.3", True),
        ("0.12.1", "^0.12.3", False),
        ("0.11.7", "^0.12", False),
        ("0.13.0", "^0.12", False),
        ("1.4.0", "^1.2.3", True),
        ("2.0.0", "^1.2.3", False),
        ("1.2.9", "~1.2.3", True),
        ("1.3.0", "~1.2.3", False),
        ("1.2.3", "1.2.3", True),
        ("1.2.4", "1.2.3", False),
        ("0.12.0-rc.1", "^0.12", True),
    ],
)
def test_ranges_are_those_of_npm(version, wanted, fits):
    assert page.fits(version, wanted) is fits
