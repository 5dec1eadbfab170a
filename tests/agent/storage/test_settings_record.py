"""The signed record of the settings: only what a kernel has signed is believed, and of that what has the right form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aftermath import reasons
from kernels import PYPLOT

from jupyter_mpl_guard.agent.protocol import EMPTY_SETTINGS, Missing
from jupyter_mpl_guard.agent.storage import settings_record, signing
from jupyter_mpl_guard.agent.storage.diary import RECORD, STATE, Diary
from jupyter_mpl_guard.agent.storage.settings_record import SettingsRecord

KEY = b"the kernel's key"

SETTINGS = {
    "backend": "widget",
    "interactive": True,
    "rc_params": {"figure.dpi": 137.0, "font.family": ["a", "b"], "axes3d.grid": None},
    "inline": {
        "figure_formats": ["retina", "svg"],
        "close_figures": False,
        "print_figure_kwargs": {"bbox_inches": None, "pil_kwargs": {"quality": [1]}},
        "rc": {"figure.dpi": 72},
    },
    "aliases": {"plt": "matplotlib.pyplot"},
}

RECORD_ = SettingsRecord(
    settings=SETTINGS,
    origin={"figure.dpi": 100},
    printers=True,
    fonts=["Fancy"],
    font_files=["/a.ttf"],
    modules=["matplotlib.pyplot"],
    unsaved=[Missing("InlineBackend.rc['x']", "it is an object")],
    matplotlib="3.10.0",
    process=1,
)

WRONG: dict[str, tuple[Any, list[str]]] = {
    "settings": (None, ["the plotting settings"]),
    "settings.backend": (1, ["the backend"]),
    "settings.interactive": ("yes", ["interactive mode"]),
    "settings.rc_params": ([], ["the rcParams"]),
    "settings.rc_params.figure.dpi": ({}, ["rcParams['figure.dpi']"]),
    "settings.rc_params.font.family": ([["a", {}]], ["rcParams['font.family']"]),
    "settings.inline": (3, ["the configuration of the inline backend"]),
    "settings.inline.figure_formats": (None, ["InlineBackend.figure_formats"]),
    "settings.inline.figure_formats.": (["png", None], ["InlineBackend.figure_formats"]),
    "settings.inline.figure_formats..": (["bmp"], ["InlineBackend.figure_formats"]),
    "settings.inline.close_figures": (0, ["InlineBackend.close_figures"]),
    "settings.inline.print_figure_kwargs": ("x", ["InlineBackend.print_figure_kwargs"]),
    "settings.inline.rc": ([1], ["InlineBackend.rc"]),
    "settings.inline.rc.figure.dpi": ({"a": 1}, ["InlineBackend.rc['figure.dpi']"]),
    "settings.aliases": ("plt", ["the names of modules"]),
    "settings.aliases.plt": (None, ["the name plt"]),
    "origin": (None, ["the parameters of the matplotlibrc"]),
    "origin.figure.dpi": ({}, ["rcParams['figure.dpi'] of the matplotlibrc"]),
    "printers": ("", ["whether figures were shown as images"]),
    "fonts": ([1], ["a part of the fonts in use"]),
    "font_files": ({}, ["the files of fonts"]),
    "modules": (None, ["the modules of Matplotlib that were loaded"]),
    "unsaved": ([{"what": 1}], ["a part of what could not be saved of the settings"]),
    "matplotlib": (3, ["the version of Matplotlib"]),
    "process": ("1", ["the id of the kernel's process"]),
}
"""Way to a value in a record, to one of another form and what is named for it. Keys of parameters have dots."""

_NOTHING = object()


def changed(document: dict[str, Any], way: str, value: Any = _NOTHING) -> dict[str, Any]:
    """Return a document with another value in one place, or with none there."""
    result = json.loads(json.dumps(document))
    inner, key = result, way.rstrip(".")
    while key not in inner:
        step, _, key = key.partition(".")
        inner = inner[step]
    if value is _NOTHING:
        del inner[key]
    else:
        inner[key] = value
    return result


@pytest.fixture
def diary(tmp_path):
    """Make an empty diary."""
    return Diary(str(tmp_path / "diary"))


def test_a_record_is_read_as_it_was_written(diary):
    settings_record.write(diary, RECORD_, "id", KEY)
    last = settings_record.read(diary, "id", KEY)
    assert (last.record, last.missing) == (RECORD_, [])


def test_a_record_that_an_older_version_has_signed_is_read(diary):
    document = {**RECORD_.to_json(), "settings": SETTINGS, "of another version": {"x": [1]}}
    diary.write(RECORD, {**document, "mac": signing.signature(KEY, "id", signing.text(document))})
    last = settings_record.read(diary, "id", KEY)
    assert (last.record, last.missing) == (RECORD_, [])


@pytest.mark.parametrize("way", WRONG)
def test_a_value_of_another_form_is_named_and_the_others_are_read(way):
    value, named = WRONG[way]
    record, refused = SettingsRecord.from_json(changed(RECORD_.to_json(), way, value))
    assert [each.what for each in refused] == named
    assert record == SettingsRecord.from_json(changed(RECORD_.to_json(), way))[0]


@pytest.mark.parametrize("document", [None, [], "x", 1])
def test_what_is_no_record_at_all_is_named(document):
    record, refused = SettingsRecord.from_json(document)
    assert (record, [each.what for each in refused]) == (SettingsRecord(), ["the plotting settings"])


def test_settings_in_the_plot_state_are_not_believed_without_a_signature(diary):
    diary.write(STATE, {"incarnation": 3, **SETTINGS})
    last = settings_record.read(diary, "id", KEY)
    assert (last.settings, last.incarnation) == ({}, 3)
    assert last.missing == [Missing("the plotting settings", "they were saved without a signature")]
    settings_record.write(diary, RECORD_, "id", KEY)
    assert settings_record.read(diary, "id", KEY).settings == SETTINGS
    assert settings_record.read(diary, "another", KEY).settings == {}


def test_a_record_without_settings_does_not_vouch_for_those_of_the_plot_state(diary):
    document = {"process": 1}
    diary.write(RECORD, {**document, "mac": signing.signature(KEY, "id", signing.text(document))})
    diary.write(STATE, SETTINGS)
    last = settings_record.read(diary, "id", KEY)
    assert (last.settings, last.missing[0].what) == ({}, "the plotting settings")


def test_a_kernel_without_a_key_restores_nothing_and_says_why(diary):
    settings_record.write(diary, RECORD_, "id", b"")
    diary.write(STATE, SETTINGS)
    last = settings_record.read(diary, "id", b"")
    assert last.settings == {}
    assert [each.what for each in last.missing] == ["the plotting settings"]
    assert "Session.key" in last.missing[0].why


@pytest.mark.parametrize("incarnation", [None, True, "3", -1, 2.0, 10**4000, [], {}])
def test_an_incarnation_of_another_form_is_not_known(diary, incarnation):
    diary.write(STATE, {"incarnation": incarnation})
    assert settings_record.read(diary, "id", KEY).incarnation == 0


FORGED = [
    {**EMPTY_SETTINGS, "backend": "module://forged"},
    {**EMPTY_SETTINGS, "inline": {**EMPTY_SETTINGS["inline"], "figure_formats": None}},  # type: ignore[dict-item]
    {**EMPTY_SETTINGS, "rc_params": {"figure.dpi": {"x": 1}, "font.size": [[]]}, "aliases": {"plt": "os"}},
    {**EMPTY_SETTINGS, "rc_params": None, "inline": None, "aliases": None},
]


@pytest.mark.parametrize("forged", FORGED, ids=["backend", "formats", "parameters", "nothing"])
async def test_a_restore_reads_what_is_signed_whatever_the_plot_state_says(start_kernel, forged):
    Path("forged.py").write_text("open('ran.txt', 'w').close()")
    async with start_kernel() as kernel:
        await kernel.run(PYPLOT + "plt.rcParams['figure.dpi'] = 137; fig = plt.figure()")
        await kernel.run("0")
        await kernel.crash()
        state = kernel.diary.read(STATE) | forged
        kernel.diary.write(STATE, state)
        await kernel.begin()
        state = await kernel.restored()
        assert (state["status"], reasons(state)) == ("restored", {})
        assert (state["rc_params"], state["aliases"]) == ({"figure.dpi": 137.0}, {"plt": "matplotlib.pyplot"})
        assert await kernel.value("[plt.rcParams['figure.dpi'], 'fig' in globals()]") == [137.0, True]
        assert not Path("ran.txt").exists()
