"""Sentences for people are in one place: those of the server, those of the agent, and those that rooms share."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "jupyter_mpl_guard"
MODULES = sorted(PACKAGE.rglob("*.py"))
SAID_WITH = {"Missing", "NotKept", "Refused", "NotPicklable", "NotData", "Unavailable", "leave_out", "_note"}
SAID_WITH |= {"ok", "problem", "unknown", "Unusable", "DiaryError", "Unreadable"}
SAID_WITH |= {"AgentFailed", "ProcessEnded", "ConnectionError", "NoSuchFigure", "must_be", "KernelUnusable"}
SAID_WITH |= {"KernelBusy", "TooManyRequests", "CommandFailed", "Misused", "ArgumentTypeError", "OtherPython"}
SAID_WITH |= {"OSError", "PermissionError", "ValueError"}
"""What takes a sentence, or a part of one, for people."""

IN_HELP = {"ArgumentParser", "add_argument", "add_parser"}
"""What makes a page of help of its ``description``, ``epilog`` and ``help``."""

OF_FORMATS = ("agent/protocol/", "agent/storage/", "agent/settings/cycles.py", "agent_client/", "archive/", "schemas/")
"""Where a `ValueError` says what is wrong with a document: that stands in brackets behind a sentence, or nowhere."""


def literals(path):
    """Return the texts that a module itself hands to what takes sentences."""
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    of_format = path.is_relative_to(PACKAGE) and path.relative_to(PACKAGE).as_posix().startswith(OF_FORMATS)
    saying = [each for each in calls if name_of(each) in SAID_WITH - ({"ValueError"} if of_format else set())]
    parts = [each for call in saying for each in (*call.args, *(keyword.value for keyword in call.keywords))]
    pages = [keyword for call in calls if name_of(call) in IN_HELP for keyword in call.keywords]
    parts += [keyword.value for keyword in pages if keyword.arg in ("description", "epilog", "help")]
    texts = [each for each in parts if isinstance(each, (ast.Constant, ast.JoinedStr))]
    return [ast.unparse(each) for each in texts if " " in ast.unparse(each)]  # a word alone is an id


def name_of(call):
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_sentences_are_said_in_messages_alone(path):
    assert path.name in ("messages.py", "sentences.py") or literals(path) == []


def test_a_sentence_elsewhere_would_be_seen(tmp_path):
    module = tmp_path / "module.py"
    module.write_text("self.missing.append(Missing(f'the {name}', why='it ended'))")
    assert literals(module) == ["f'the {name}'", "'it ended'"]
    module.write_text("page.add_argument('--to', help='folder of files')\nraise ValueError(f'{name} is odd')")
    assert literals(module) == ["f'{name} is odd'", "'folder of files'"]
