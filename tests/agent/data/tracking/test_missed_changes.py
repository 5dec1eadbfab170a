"""A hook that is cut short, a cell that is not seen, one within another: nothing stale comes back because of that."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from jupyter_mpl_guard.agent import data
from jupyter_mpl_guard.agent.data.kernel_data import KernelData
from jupyter_mpl_guard.agent.data.left_data import LeftData
from jupyter_mpl_guard.agent.data.restore import loaded
from jupyter_mpl_guard.agent.protocol import Begin
from jupyter_mpl_guard.agent.settings.environment import StartUp
from jupyter_mpl_guard.agent.storage.data import log as storage
from jupyter_mpl_guard.agent.storage.data.log import DataLog
from jupyter_mpl_guard.agent.storage.diary import Diary
from jupyter_mpl_guard.agent.storage.disk.names import Signer
from jupyter_mpl_guard.agent.timers import KernelLoop

ROOMS = tuple(str(Path(each.__file__).parent) for each in (data, storage))
"""Folders of the code in which a hook is cut short."""

STEP = 29
"""One line in so many, another one in each round of cells."""


class Cut(BaseException):
    """Raised by a signal handler of the user."""


class Notebook:
    """Cells, a room that follows them, and what would come back if the kernel died now."""

    def __init__(self, folder: Path) -> None:
        self.names: dict[str, object] = {"get_ipython": None}
        shell = SimpleNamespace(
            user_ns=self.names,
            user_ns_hidden={},
            magics_manager=SimpleNamespace(magics={"line": {}, "cell": {}}, lsmagic=lambda: {"line": {}}),
            events=SimpleNamespace(callbacks={}),
            ast_transformers=[],
            input_transformers_post=[],
        )
        reporter = SimpleNamespace(plotted_names=(), could_not_save=pytest.fail)
        reporter.data = reporter.publish_data = lambda *arguments: None
        left = LeftData(Diary(str(folder)), Signer("k1", "k1", b"key"), reporter)
        self.log = left.log
        start = StartUp(None, {}, {})
        loop = KernelLoop(None, lambda hook: hook, bool)
        self.room = KernelData(shell, left, Begin(), start, reporter, loop)
        self.folder = folder

    def run(self, code: str, *, cut_at: int = 0) -> bool:
        """Run a cell, cutting its hooks short after `cut_at` lines; return whether they were."""
        left = count(cut_at, -1)
        was_cut = False

        def tracer(frame, event, argument):
            nonlocal was_cut
            if not frame.f_code.co_filename.startswith(ROOMS):
                return None
            if event == "line" and next(left) == 1:
                was_cut = True
                raise Cut
            return tracer

        for step in (lambda: self.room.cell_begins(code), None, lambda: self.room.cell_ends(code, draws=False)):
            if step is None:
                exec(code, self.names)
                continue
            before = sys.gettrace()
            sys.settrace(tracer if cut_at else before)
            try:
                step()
            except Cut:
                pass
            finally:
                sys.settrace(before)
        return was_cut

    def left(self) -> dict[str, object]:
        """Return what would come back, except what a cell that has not ended may have changed."""
        state = DataLog(Diary(str(self.folder)), "k1", b"key").read()
        running = [*state.entries] if state.running is True else state.running or []
        found: dict[str, object] = {}
        for entry in state.distinct():
            values = loaded(self.log.load(entry))
            found.update({name: values[name] for name in entry.names if name not in running})
        return found


@pytest.fixture
def notebook(tmp_path):
    made = Notebook(tmp_path / "diary")
    yield made
    made.log.close()


def stale(notebook):
    return {name: value for name, value in notebook.left().items() if notebook.names.get(name) != value}


@pytest.mark.parametrize("first", range(1, STEP, 6))
def test_a_hook_that_is_cut_short_anywhere_leaves_nothing_stale(notebook, first):
    notebook.run("x = [0]; y = {'x': x}; n = 0; z = [0]")
    for at in count(first, STEP):
        was_cut = notebook.run(f"x.append({at}); n = {at}; z = [z[0] + 1]; new = [{at}]", cut_at=at)
        assert stale(notebook) == {}
        notebook.run("other = 1")
        assert stale(notebook) == {}
        notebook.run("z.append(1)")
        assert {"x", "y", "n", "z", "new"} <= {*notebook.left()}
        if not was_cut:
            break


def test_a_cell_whose_end_nobody_has_heard_of_leaves_nothing_stale(notebook):
    notebook.run("x = [0]; y = [1]")
    notebook.room.cell_begins("x.append(1)")
    exec("x.append(1); y.append(1)", notebook.names)
    notebook.room.cell_begins("1")
    assert stale(notebook) == {}
    notebook.room.cell_ends("1", draws=False)
    assert notebook.left()["x"] == [0, 1]
    assert notebook.left()["y"] == [1, 1]


def test_keys_of_the_namespace_that_are_no_texts_are_not_called(notebook):
    notebook.run("calls = []")
    notebook.run(
        "class Key:\n    def __hash__(self): calls.append('hash'); return 5\n"
        "    def __eq__(self, other): calls.append('=='); return self is other\n"
        "class Text(str):\n    def __hash__(self): calls.append('hash'); return str.__hash__(self)\n"
        "    def __eq__(self, other): calls.append('=='); return str.__eq__(self, other)\n"
        "key, text = Key(), Text('text')"
    )
    notebook.run("globals()[key] = globals()[text] = globals()[1] = 2; before = [0]; calls.clear()")
    notebook.run("after = [0]")
    notebook.run("del before")
    notebook.run("globals()[2] = after; after.append(1)")
    assert notebook.names["calls"] == []
    assert notebook.left()["after"] == [0, 1]
