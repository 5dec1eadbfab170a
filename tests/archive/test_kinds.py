"""Kernels of one notebook that are of different kinds: only what cannot make code run goes from one to the other."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from server_notebooks import is_yesterdays


@pytest.fixture
def other_kind(jp_data_dir):
    """Make another kernel specification."""
    folder = Path(jp_data_dir) / "kernels" / "shut-in"
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": command, "display_name": "Shut in", "language": "python"}))
    return folder.name


async def test_another_kind_of_kernel_gets_the_settings_and_the_figures_wait_for_their_own(
    plotted, opened, ended, found, run, kept, other_kind
):
    await ended(await plotted(kernel=other_kind))
    (archive,) = kept()
    second = await opened()
    state = await found(second, figures="all")
    assert (state["status"], state["rc_params"], state["figures"]) == ("partial", {"figure.dpi": 137.0}, [])
    missing = {each["what"]: each["why"] for each in state["last_restore"]["missing"]}
    assert missing.keys() == {"the figures", "the data"}
    assert all(repr(other_kind) in why for why in missing.values())
    await run(second["kernel"]["id"], "assert 'fig' not in dir() and plt.rcParams['figure.dpi'] == 137")
    assert kept() == [archive]
    await ended(second)
    assert is_yesterdays(await found(await opened(kernel=other_kind)))
