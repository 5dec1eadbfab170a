"""What a figure that changes tells, and which cell is said to have drawn it."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
from matplotlib.figure import Figure

from jupyter_mpl_guard.agent.figures.change_listener import ChangeEvents, listen
from jupyter_mpl_guard.agent.storage.figures.figure_entry import Cell


@pytest.fixture
def changed():
    """Return the changes that were told."""
    return []


@pytest.fixture
def loop():
    """Return the event loop of a kernel in which a cell runs."""
    return SimpleNamespace(running=True)


@pytest.fixture
def figure(changed, loop):
    """Make a figure that was drawn by a cell, and saved."""
    figure = Figure()
    listener = listen(figure, ChangeEvents(lambda: changed.append(figure), loop))
    listener.drawn_by(Cell("first"))
    listener.settle()
    figure.stale = False
    return figure


def test_a_figure_that_changes_in_a_cell_is_drawn_by_it(figure, changed):
    figure.suptitle("in the second cell")
    listener = figure.stale_callback
    listener.drawn_by(Cell("second"))
    assert (len(changed), listener.cell) == (1, "second")


def test_a_figure_that_changes_between_cells_is_not_drawn_by_the_last_one(figure, changed, loop):
    loop.running = False
    figure.set_dpi(50)  # as a canvas does when its page has another resolution
    listener = figure.stale_callback
    assert (len(changed), listener.changed) == (1, True)
    listener.drawn_by(Cell("last"))
    assert listener.cell == "first"


def test_a_change_in_a_cell_counts_beside_one_between_cells(figure, loop):
    figure.suptitle("in the second cell")
    loop.running = False
    figure.set_dpi(50)
    figure.stale_callback.drawn_by(Cell("second"))
    assert figure.stale_callback.cell == "second"


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"dpi": 300},
        {"facecolor": "red"},
        {"transparent": True},
        {"format": "svg", "dpi": 40},
        {"bbox_inches": "tight"},
    ],
    ids=str,
)
@pytest.mark.parametrize("has_manager", [True, False])
def test_a_cell_that_writes_a_figure_to_a_file_has_not_drawn_it(changed, loop, arguments, has_manager):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    figure = pyplot.figure() if has_manager else Figure()
    figure.add_axes((0, 0, 1, 1))
    listener = listen(figure, ChangeEvents(lambda: changed.append(figure), loop))
    figure.suptitle("in the first cell")
    listener.drawn_by(Cell("first"))
    figure.savefig(io.BytesIO(), **arguments)
    listener.drawn_by(Cell("second"))
    assert listener.cell == "first"
    figure.suptitle("in the third cell")
    figure.savefig(io.BytesIO(), **arguments)
    listener.drawn_by(Cell("third"))
    assert listener.cell == "third"
    pyplot.close(figure)


def test_a_closed_figure_without_a_manager_is_drawn_by_the_cell_that_changes_it(figure):
    figure.savefig(io.BytesIO())
    figure.suptitle("in the second cell")
    figure.stale_callback.drawn_by(Cell("second"))
    assert figure.stale_callback.cell == "second"
