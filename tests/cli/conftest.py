"""The command as a shell runs it, and what it prints."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from jupyter_mpl_guard.cli.app import run


class Ended(NamedTuple):
    """The outcome of a command."""

    status: int
    out: str
    err: str


@pytest.fixture
def command(capsys, monkeypatch):
    """Run the command with some arguments and return its exit status and what it has printed."""
    monkeypatch.delenv("JUPYTER_TOKEN", raising=False)

    def command(*arguments: Any) -> Ended:
        try:
            status = run([str(each) for each in arguments])
        except SystemExit as error:  # argparse ends so
            status = int(error.code or 0)
        return Ended(status, *capsys.readouterr())

    return command
