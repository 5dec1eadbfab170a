"""The signed list of saved figures: what was written before is read, and a wrong entry costs no other one."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_mpl_guard.agent.protocol import Missing
from jupyter_mpl_guard.agent.storage import signing
from jupyter_mpl_guard.agent.storage.diary import FIGURES, Diary
from jupyter_mpl_guard.agent.storage.figure_list import FigureList
from jupyter_mpl_guard.agent.storage.figures.figure_entry import FigureDescription, FigureEntry
from jupyter_mpl_guard.agent.storage.figures.saved_figures import SavedFigures
from jupyter_mpl_guard.agent.storage.signed_file import Unusable

KEY = b"the kernel's key"

ENTRY: dict[str, Any] = {
    "file": "0123.figures",
    "mac": "0123",
    "bytes": 7,
    "figures": [
        {"id": "a", "number": 1, "label": "", "names": ["fig"], "axes": 1, "canvas": None, "open": True},
        {"id": "b", "number": 0, "label": "l", "names": [], "axes": 0, "canvas": "c", "open": False},
    ],
    "names": ["fig"],
    "missing": [{"what": "a part of fig", "why": "it ended"}],
    "lossy": True,
    "current": False,
}

LISTED: dict[str, Any] = {
    "version": 2,
    "kernel_id": "id",
    "groups": [ENTRY],
    "order": [2, 1],
    "offered": [{**ENTRY, "file": None}],
    "held": False,
    "missing": [{"what": "the name x", "why": "it is hidden"}],
}
"""A list as the first version writes it."""


@pytest.fixture
def diary(tmp_path):
    """Make an empty diary."""
    return Diary(str(tmp_path / "diary"))


def written(diary, listed):
    """Sign and write a list, and return what reads it."""
    mac = signing.signature(KEY, "id", signing.text(listed))
    diary.write(FIGURES, {"mac": mac, "figures": listed})
    return FigureList(diary, "id", KEY)


def test_a_list_is_read_as_it_was_written_and_written_as_it_was_read(diary):
    figures = written(diary, LISTED).read()
    assert figures == SavedFigures(
        groups=(FigureEntry.from_json(ENTRY),),
        order=(2, 1),
        offered=(FigureEntry.from_json({**ENTRY, "file": None}),),
        missing=(Missing("the name x", "it is hidden"),),
    )
    assert figures.groups[0].figures[1] == FigureDescription("b", 0, (), "l", 0, "c", False)
    assert figures.groups[0].title == "fig and figure 0"
    assert figures.to_json("id") == LISTED
    later = {"matplotlib": "3.11", "failed": "ImportError: no", "failed_at": 7.0}
    rows = [["matplotlib.colors._colors_full_map", "mine", "#123456", None], ["matplotlib.ticker.Eng", -6, [1, 2], "u"]]
    surroundings = {"first": ["/a"], "last": ["b"], "folder": "/c", "tables": rows}
    drawn = [{**ENTRY["figures"][0], "cell": "c1"}, ENTRY["figures"][1]]
    listed = {**LISTED, "offered": [{**ENTRY, "figures": drawn, "apart": ["a"], **later}], "surroundings": surroundings}
    figures = written(diary, listed).read()
    assert [each.cell for each in figures.offered[0].figures] == ["c1", None]
    assert [each.id for each in figures.offered[0].left] == ["b"]
    assert figures.offered[0].failed == "ImportError: no"
    assert figures.to_json("id") == listed


@pytest.mark.parametrize(
    "wrong", [None, [], ["table", "key", 1], [1, "key", 1, None], ["table", ["key"], 1, None], ["table", {}, 1, None]]
)
def test_a_row_of_another_form_is_named_and_costs_no_other_one(diary, wrong):
    right = ["table", "key", [1], None]
    figures = written(diary, {**LISTED, "surroundings": {"tables": [wrong, right]}}).read()
    assert figures.surroundings.tables == (tuple(right),)
    assert [each.what for each in figures.missing] == ["the name x", "a part of Matplotlib's tables"]
    assert figures.groups == (FigureEntry.from_json(ENTRY),)


def test_what_waits_while_restores_are_paused_waits_with_the_others(diary):
    figures = written(diary, {**LISTED, "held": True}).read()
    assert len(figures.groups) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {**ENTRY, "file": 1},
        {**ENTRY, "file": "../0123.figures"},
        {**ENTRY, "file": "state.json"},
        {**ENTRY, "bytes": "7"},
        {**ENTRY, "names": [1]},
        {**ENTRY, "missing": [{}]},
        {**ENTRY, "lossy": 0},
        {**ENTRY, "figures": {}},
        {**ENTRY, "figures": [{"id": "a", "number": 1}]},
        {**ENTRY, "figures": [{**ENTRY["figures"][0], "canvas": 1}]},
        {key: value for key, value in ENTRY.items() if key != "current"},
        {**ENTRY, "failed": 1},
    ],
    ids=str,
)
def test_an_entry_of_another_form_is_named_and_costs_no_other_one(diary, wrong):
    figures = written(diary, {**LISTED, "groups": [wrong, ENTRY]}).read()
    assert figures.groups == (FigureEntry.from_json(ENTRY),)
    assert [each.what for each in figures.missing] == ["the name x", "a saved figure"]


@pytest.mark.parametrize(
    ("listed", "sentence"),
    [
        (None, "another version"),
        ({**LISTED, "version": 3}, "another version"),
        ({**LISTED, "groups": {}}, "not of the form"),
        ({**LISTED, "missing": [1]}, "not of the form"),
        ({key: value for key, value in LISTED.items() if key != "held"}, "not of the form"),
    ],
)
def test_a_list_of_another_form_is_refused_in_one_sentence(diary, listed, sentence):
    with pytest.raises(Unusable, match=sentence):
        written(diary, listed).read()


def test_a_document_that_is_nested_too_deep_is_refused_in_one_sentence(diary):
    with diary.draft() as draft:
        draft.write(b'{"figures": ' + b"[" * 200_000)
        draft.keep(FIGURES)
    with pytest.raises(Unusable, match="could not be read"):
        FigureList(diary, "id", KEY).read()
