"""The log of data: what it says is what was written, whole and signed, or nothing."""

from __future__ import annotations

import os

import pytest

from jupyter_mpl_guard.agent.storage.data.entry import DataEntry, Import, ImportEnvironment, Unsaved
from jupyter_mpl_guard.agent.storage.data.log import DataLog
from jupyter_mpl_guard.agent.storage.data.record import LogRecord
from jupyter_mpl_guard.agent.storage.data.state import SavedData
from jupyter_mpl_guard.agent.storage.diary import DATA, Diary
from jupyter_mpl_guard.agent.storage.disk.alive import Place
from jupyter_mpl_guard.agent.storage.figures.surroundings import Surroundings
from jupyter_mpl_guard.agent.storage.sentences import STALE
from jupyter_mpl_guard.agent.storage.signed_file import Unusable

KEY, KERNEL = b"key", "k1"


def log_in(folder):
    return DataLog(Diary(str(folder / "mpl-guard-k1")), KERNEL, KEY)


def value(*names, data=b"x", needs=()):
    return DataEntry(names, len(data), data, needs=needs)


@pytest.fixture
def log(tmp_path):
    log = log_in(tmp_path)
    log.append(LogRecord(entries=[value("x", "y"), value("f", needs=("np",))], imports={"np": Import("numpy")}))
    yield log
    log.close()


def test_what_was_written_is_read(log, tmp_path):
    import_environment = ImportEnvironment(
        Surroundings(("/a",), (), "/b"), {"OMP_NUM_THREADS": "1"}, ("autoreload",), "2"
    )
    log.append(
        LogRecord(
            unsaved={"conn": Unsaved("psycopg.Connection", "why")}, gone=["f"], import_environment=import_environment
        )
    )
    state = log_in(tmp_path).read()
    assert state == log.state
    assert (sorted(state.entries), state.imports, state.import_environment) == (
        ["x", "y"],
        {"np": Import("numpy")},
        import_environment,
    )
    assert oct(os.stat(tmp_path / "mpl-guard-k1" / DATA).st_mode & 0o777) == "0o600"


def test_what_a_finished_cell_may_have_changed_does_not_come_back(log, tmp_path):
    log.append(LogRecord(run=["x", "y", "np"]))
    log.append(LogRecord(end=["x", "y"]))
    state = log_in(tmp_path).read()
    assert (sorted(state.names), state.running) == (["f", "np"], None)
    assert {name: each.is_outdated for name, each in state.unsaved.items()} == {"x": True, "y": True}


def test_a_new_name_of_a_finished_cell_is_named_until_it_is_saved(log, tmp_path):
    log.append(LogRecord(end=[], new=["z", "x"]))
    assert log_in(tmp_path).read().unsaved == {"z": Unsaved("", STALE)}
    log.append(LogRecord(entries=[value("z")]))
    assert log_in(tmp_path).read().unsaved == {}


def test_what_a_cell_may_change_that_has_not_ended_comes_back_and_is_named(log, tmp_path):
    log.append(LogRecord(run=["x"]))
    state = log_in(tmp_path).read()
    assert (sorted(state.names), state.running) == (["f", "np", "x", "y"], ["x"])


def test_a_cell_that_may_have_changed_anything_leaves_nothing(log, tmp_path):
    log.append(LogRecord(run=True))
    log.append(LogRecord(end=True))
    assert log_in(tmp_path).read().names == []


def test_a_value_that_is_saved_again_counts_again(log, tmp_path):
    log.append(LogRecord(end=["x", "y"]))
    log.append(LogRecord(entries=[value("x", "y", data=b"new")]))
    state = log_in(tmp_path).read()
    assert (state.entries["x"].inline, state.entries["y"].inline, list(state.unsaved)) == (b"new", b"new", [])


@pytest.mark.parametrize(
    "damage",
    [
        lambda lines: [lines[0], *lines[2:]],
        lambda lines: [lines[0], lines[2], lines[1]],
        lambda lines: [line.replace(b'"np"', b'"os"') for line in lines],
        lambda lines: [b"garbage\n"],
        lambda lines: [],
        lambda lines: [lines[0][:-20]],
    ],
    ids=["a line is missing", "two lines change places", "altered", "garbage", "empty", "cut in its first line"],
)
def test_a_log_that_is_not_whole_says_nothing(log, tmp_path, damage):
    log.append(LogRecord(run=["x"]))
    log.append(LogRecord(end=["x"]))
    path = tmp_path / "mpl-guard-k1" / DATA
    path.write_bytes(b"".join(damage(path.read_bytes().splitlines(keepends=True))))
    with pytest.raises(Unusable):
        log_in(tmp_path).read()


def test_a_line_over_which_the_kernel_died_counts_as_not_written(log, tmp_path):
    log.append(LogRecord(run=["x"]))
    log.append(LogRecord(end=["x"]))
    path = tmp_path / "mpl-guard-k1" / DATA
    path.write_bytes(path.read_bytes()[:-20])
    state = log_in(tmp_path).read()
    assert (state.running, "x" in state.entries) == (["x"], True)


def test_lines_that_may_not_have_reached_the_disk_are_known_after_a_restart_of_the_machine(log, tmp_path):
    place = Place.here()
    for boot, was_cut in ((place.boot, False), ("another", bool(place.boot))):
        written = DataLog(Diary(str(tmp_path / "mpl-guard-k1")), KERNEL, KEY, place._replace(boot=boot))
        written.state = log.state
        written.replace()
        written.close()
        read = log_in(tmp_path)
        assert read.read().names == log.state.names
        assert read.was_cut is was_cut


def test_another_key_or_kernel_does_not_read_it(log, tmp_path):
    for kernel, key in (("k2", KEY), (KERNEL, b"other"), (KERNEL, b"")):
        with pytest.raises(Unusable):
            DataLog(Diary(str(tmp_path / "mpl-guard-k1")), kernel, key).read()


def test_a_log_that_cannot_be_written_is_removed(log, tmp_path):
    os.close(log._descriptor)  # as if the file system had failed
    with pytest.raises(OSError, match="descriptor"):
        log.append(LogRecord(end=["x"]))
    assert log_in(tmp_path).read() == SavedData()


def test_a_long_log_is_written_anew_and_says_the_same(log, tmp_path):
    for number in range(400):
        log.append(LogRecord(entries=[value("x", data=b"%d" % number * 500)]))
    assert os.path.getsize(tmp_path / "mpl-guard-k1" / DATA) < 600_000
    assert log_in(tmp_path).read() == log.state


def test_what_is_said_before_a_cell_does_not_write_a_long_line_again(log, tmp_path):
    path = tmp_path / "mpl-guard-k1" / DATA
    log.append(LogRecord(entries=[value("z", data=b"x" * 1_000_000)]))
    before = path.stat()
    log.append(LogRecord(run=["z"]))
    assert path.stat().st_ino == before.st_ino
    assert path.stat().st_size - before.st_size < 200


def test_an_offer_is_part_of_it(log, tmp_path):
    log.state = SavedData(offered=log.state, held=True)
    log.replace()
    state = log_in(tmp_path).read()
    assert (state.names, sorted(state.offered.names), state.held) == ([], ["f", "np", "x", "y"], True)
