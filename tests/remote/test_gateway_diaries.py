"""What kernels leave where no server sees it is taken over or cleared up, and what may still be written is not."""

from __future__ import annotations

import json
import os
import time

import pytest

from jupyter_mpl_guard.agent.storage import gateway
from jupyter_mpl_guard.agent.storage.diary import RECORD, STATE
from jupyter_mpl_guard.agent.storage.disk.alive import ALIVE, Place
from jupyter_mpl_guard.agent.storage.kernel_diary import KernelDiary

NAME = "mpl-guard-kept-day"
ELSEWHERE = Place("another its-id", "its boot", "pid:[1]")
DAY = 86_400


@pytest.fixture
def left(tmp_path):
    """Write what a kernel has left, dated back by a number of days, and return its folder."""

    def left(kernel_id, days=0.0, *, name=NAME, place=None, ended=None, size=10):
        diary = KernelDiary(str(tmp_path / f"mpl-guard-{kernel_id}"))
        os.mkdir(diary.folder, 0o700)
        gateway.settle(diary, name, "")
        diary.note(diary.mark)
        diary.write(RECORD, {"saved by": kernel_id})
        diary.write(STATE, {"filler": "x" * size})
        os.close(diary._lock)
        if place is not None:  # on another machine, where files cannot be locked
            (tmp_path / f"mpl-guard-{kernel_id}" / ALIVE).write_text(
                json.dumps({**place._asdict(), "process": 1, "locked": False})
            )
        folder = tmp_path / f"mpl-guard-{kernel_id}"
        if ended is not None:
            (folder / gateway.ENDED).touch()
            os.utime(folder / gateway.ENDED, (time.time() - DAY * ended,) * 2)
        for path in folder.iterdir():
            if path.name != gateway.ENDED:
                os.utime(path, (time.time() - DAY * days,) * 2)
        return folder

    return left


def taken(tmp_path, former=""):
    """Begin a new kernel of the notebook, and return whose settings it finds."""
    diary = KernelDiary(str(tmp_path / "mpl-guard-new"))
    gateway.settle(diary, NAME, former)
    return (diary.read(RECORD) or {}).get("saved by")


def cleared(tmp_path, left, days=7.0, limit=1.0):
    """Run the clean-up of another kernel's agent, and return whose diaries are left."""
    own = tmp_path / "mpl-guard-other"
    own = own if own.exists() else left("other", name="another")
    for step in gateway.clearing(KernelDiary(str(own)), days, limit):
        step()
    return sorted(path.name.removeprefix("mpl-guard-") for path in tmp_path.glob("mpl-guard-*"))


def test_the_newest_of_the_notebooks_own_is_taken_over(left, tmp_path):
    left("old", 2)
    left("newer", 1)
    left("others", name="another notebook")
    assert taken(tmp_path) == "newer"
    assert not (tmp_path / "mpl-guard-newer").exists()
    assert not (tmp_path / "mpl-guard-new" / STATE).exists()


def test_a_kernel_that_has_a_diary_keeps_it(left, tmp_path):
    left("new", 3, ended=1)
    left("newer", 1)
    assert taken(tmp_path) == "new"
    assert not (tmp_path / "mpl-guard-new" / gateway.ENDED).exists()


def test_what_may_live_elsewhere_is_taken_over_only_when_its_end_is_known(left, tmp_path):
    left("away", place=ELSEWHERE)
    assert taken(tmp_path) is None
    assert taken(tmp_path, former="away") == "away"


def test_what_somebody_writes_is_left_alone(tmp_path, left):
    living = KernelDiary(str(tmp_path / "mpl-guard-living"))
    gateway.settle(living, NAME, "")
    living.write(RECORD, {"saved by": "living"})
    document = json.loads((tmp_path / "mpl-guard-living" / ALIVE).read_text())
    assert document["process"] == os.getpid()
    (tmp_path / "mpl-guard-living" / ALIVE).write_text(json.dumps({**document, "locked": False, "process": 1}))
    (tmp_path / "mpl-guard-living" / gateway.ENDED).touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("jupyter_mpl_guard.agent.storage.disk.alive.runs", lambda process, kernel_id: True)
        assert taken(tmp_path, former="living") is None
        assert "living" in cleared(tmp_path, left, days=0.0)


def test_a_link_in_its_place_is_not_followed(left, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    folder = left("old", 2)
    folder.rename(tmp_path / "elsewhere" / "mpl-guard-old")
    folder.symlink_to(tmp_path / "elsewhere" / "mpl-guard-old")
    assert taken(tmp_path, former="old") is None


def test_what_nobody_takes_over_goes_after_days_since_its_end_was_seen(left, tmp_path):
    left("long", 9, ended=8)
    left("lately", 9, ended=6)
    left("unseen", 9)
    left("ahead", 9, ended=-3)
    left("away", 1, place=ELSEWHERE, ended=8)
    left("silent", 20, place=ELSEWHERE, ended=8)
    assert cleared(tmp_path, left) == ["ahead", "away", "lately", "other", "unseen"]
    assert cleared(tmp_path, left) == ["ahead", "away", "lately", "other", "unseen"]


def test_what_is_too_much_goes_the_oldest_first_but_not_what_may_be_restarting(left, tmp_path):
    for number in range(4):
        left(f"large{number}", ended=(number + 1) / 10, size=400_000)
    left("restarting", ended=0.001, size=900_000)
    assert cleared(tmp_path, left, limit=1.0) == ["other", "restarting"]
