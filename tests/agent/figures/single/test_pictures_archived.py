"""Pictures go into the archive with their figures, and out of it, as far as they are pictures."""

from __future__ import annotations

import os
import stat

import pytest

from jupyter_mpl_guard.agent.storage import signing
from jupyter_mpl_guard.agent.storage.diary import FIGURES, Diary
from jupyter_mpl_guard.agent.storage.disk.pictures import PICTURE_BYTES, SIGNATURE, name_of
from jupyter_mpl_guard.agent.storage.figures.figure_entry import SUFFIX, FigureDescription, FigureEntry
from jupyter_mpl_guard.agent.storage.figures.saved_figures import SavedFigures
from jupyter_mpl_guard.archive.disk.file_transfer import SignedDiary
from jupyter_mpl_guard.archive.orphans import is_diary
from jupyter_mpl_guard.archive.transfer import transfer

KEY = b"key"
PICTURE = SIGNATURE + b"of a figure"


def put(diary: Diary, name: str, data: bytes) -> None:
    """Write a file of a diary."""
    with diary.draft() as draft:
        draft.write(data)
        draft.keep(name)


@pytest.fixture
def old(tmp_path):
    """Make the diary of a kernel with two figures in one pickle, of which one has come back on its own."""
    diary = Diary(str(tmp_path / "mpl-guard-old"))
    mac = signing.signature(KEY, "old", b"pickle")
    put(diary, mac[:32] + SUFFIX, b"pickle")
    figures = tuple(FigureDescription(name, 1, (name,)) for name in ("one", "two"))
    entry = FigureEntry(figures, file=mac[:32] + SUFFIX, mac=mac, size=6, current=True, apart=("two",))
    diary.write(FIGURES, SavedFigures(groups=(entry,)).signed("old", KEY))
    return SignedDiary(diary, "old", KEY)


@pytest.fixture
def new(tmp_path):
    """Make an empty diary."""
    diary = Diary(str(tmp_path / "mpl-guard-new"))
    diary.own_folder()
    return SignedDiary(diary, "new", b"another")


def pictures(diary: Diary) -> list[str]:
    """Return the names of the pictures in a diary."""
    return [name for name in diary.names() if name.endswith(".png")]


def test_the_picture_of_a_figure_goes_with_it_and_no_other(old, new):
    for name in ("one", "two", "stranger"):
        put(old.diary, name_of(name), PICTURE)
    transfer(old, new)
    assert pictures(new.diary) == [name_of("one")]
    assert new.diary.read_bytes(name_of("one")) == PICTURE
    assert stat.S_IMODE(os.stat(os.path.join(new.diary.folder, name_of("one"))).st_mode) == 0o600


@pytest.mark.parametrize("data", [b"", b"<html>", SIGNATURE + b"x" * PICTURE_BYTES], ids=["empty", "html", "large"])
def test_what_is_no_picture_stays_behind(old, new, data):
    put(old.diary, name_of("one"), data)
    transfer(old, new)
    assert pictures(new.diary) == []


def test_a_link_in_the_place_of_a_picture_stays_behind(old, new, tmp_path):
    (tmp_path / "elsewhere").write_bytes(PICTURE)
    os.symlink(tmp_path / "elsewhere", os.path.join(old.diary.folder, name_of("one")))
    transfer(old, new)
    assert pictures(new.diary) == []


def test_a_diary_with_pictures_is_still_one(old):
    put(old.diary, name_of("one"), PICTURE)
    assert is_diary(old.diary.folder, None)
