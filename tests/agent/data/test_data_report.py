"""What the plot state says of data follows what has changed."""

from __future__ import annotations

from types import SimpleNamespace

from jupyter_mpl_guard.agent.data.report import DataReport
from jupyter_mpl_guard.agent.storage.data.entry import Unsaved
from jupyter_mpl_guard.agent.storage.data.state import SavedData


def test_a_name_that_has_been_saved_with_a_figure_is_not_named_as_unsaved_any_more():
    reported = []
    reporter = SimpleNamespace(plotted_names=set(), data=lambda *arguments: reported.append(arguments[0]["unsaved"]))
    unsaved = {"experiment": Unsaved("Experiment", "it cannot be kept")}
    log = SimpleNamespace(changes=1, state=SavedData(unsaved=unsaved))
    report = DataReport(log, SimpleNamespace(waiting=[]), reporter)
    report.notify()
    assert report.is_current
    reporter.plotted_names = {"experiment"}
    assert not report.is_current
    report.notify()
    assert [[each["name"] for each in names] for names in reported] == [["experiment"], []]
