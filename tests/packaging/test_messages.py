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
"""What takes a sentence, or a part of one, for people."""


def literals(path):
    """Return the texts that a module itself hands to what takes sentences."""
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    saying = [each for each in calls if getattr(each.func, "attr", getattr(each.func, "id", "")) in SAID_WITH]
    parts = [each for call in saying for each in (*call.args, *(keyword.value for keyword in call.keywords))]
    texts = [each for each in parts if isinstance(each, (ast.Constant, ast.JoinedStr))]
    return [ast.unparse(each) for each in texts if " " in ast.unparse(each)]  # a word alone is an id


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_sentences_are_said_in_messages_alone(path):
    assert path.name in ("messages.py", "sentences.py") or literals(path) == []


def test_a_sentence_elsewhere_would_be_seen(tmp_path):
    module = tmp_path / "module.py"
    module.write_text("self.missing.append(Missing(f'the {name}', why='it ended'))")
    assert literals(module) == ["f'the {name}'", "'it ended'"]
