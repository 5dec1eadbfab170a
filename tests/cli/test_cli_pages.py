"""Help pages, the entry point, and what the documentation says of both."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import tomllib

from jupyter_mpl_guard.agent.magic.arguments import SUBCOMMANDS as OF_THE_MAGIC
from jupyter_mpl_guard.cli import main
from jupyter_mpl_guard.cli.arguments import parser
from jupyter_mpl_guard.cli.commands import COMMANDS
from jupyter_mpl_guard.cli.messages import SUBCOMMANDS
from jupyter_mpl_guard.cli.outcome import ExitStatus

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "cli.md").read_text()


def test_each_subcommand_is_one_and_is_documented():
    assert list(COMMANDS) == list(SUBCOMMANDS)
    documented = re.findall(r"^\| `jupyter mpl-guard (\w+)", PAGE, re.MULTILINE)
    assert documented == list(SUBCOMMANDS)


def test_each_subcommand_of_the_magic_is_documented():
    page = (ROOT / "docs" / "magic.md").read_text()
    assert re.findall(r"^\| `%mpl_guard (\w+)", page, re.MULTILINE) == list(OF_THE_MAGIC)


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_each_subcommand_has_a_help_page_and_its_options_are_documented(command, name):
    ended = command(name, "--help")
    assert (ended.status, ended.err) == (ExitStatus.OK, "")
    assert "exit status:" in ended.out
    for option in re.findall(r"^  (?:-\w, )?(--[\w-]+)", ended.out, re.MULTILINE):
        assert option == "--help" or f"`{option}" in PAGE, option


def test_exit_statuses_are_documented():
    documented = re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)
    in_help = re.findall(r"^  (\d+)  ", parser().epilog, re.MULTILINE)
    assert documented == in_help == [str(int(each)) for each in ExitStatus]


def test_an_interrupt_is_told_by_the_exit_status(command, monkeypatch):
    def interrupted(options):
        raise KeyboardInterrupt

    monkeypatch.setitem(COMMANDS, "list", interrupted)
    assert command("list") == (ExitStatus.INTERRUPTED, "", "Interrupted.\n")


@pytest.mark.parametrize(
    "arguments", [(), ("nothing",), ("export", "--format", "gif"), ("reinit", "--figures", "some")]
)
def test_a_command_line_that_means_nothing_ends_with_two(command, arguments):
    assert command(*arguments).status == ExitStatus.USAGE


@pytest.mark.parametrize(
    ("arguments", "limits"),
    [
        (("restore", "--timeout", "nan"), "a number of seconds from 0 to 600"),
        (("export", "--dpi", "0"), "a number from 1 to 2400"),
        (("export", "--dpi", "x"), "a number from 1 to 2400"),
    ],
)
def test_numbers_that_mean_nothing_are_refused(command, arguments, limits):
    done = command(*arguments)
    assert done.status == ExitStatus.USAGE
    assert f"has to be {limits}" in done.err


def test_a_kernel_is_named_in_one_way_only(command):
    assert command("status", "--kernel", "a", "--notebook", "b").status == ExitStatus.USAGE


def test_the_entry_point_is_the_command_that_jupyter_finds():
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert scripts == {"jupyter-mpl-guard": f"{main.__module__}:{main.__name__}"}


def test_it_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "jupyter_mpl_guard.cli", "--help"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.startswith("usage: jupyter mpl-guard")
