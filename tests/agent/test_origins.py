"""Where settings have come from: what counts as a choice of a cell."""

from __future__ import annotations

import pytest

from jupyter_mpl_guard.agent.settings.origins import Origins, is_chosen_backend


def test_what_is_there_before_the_first_cell_is_no_choice():
    origins = Origins()
    origins.found({"figure.dpi": 150.0, "lines.linewidth": 2.0})
    origins.set_by_cell({"figure.dpi": 150.0, "lines.linewidth": 2.0})
    assert origins.chosen == set()


def test_what_a_cell_changes_is_a_choice_also_back_to_the_default():
    origins = Origins()
    origins.found({"figure.dpi": 150.0})
    origins.set_by_cell({"figure.dpi": 100.0})
    assert origins.chosen == {"figure.dpi"}
    origins.set_by_cell({"figure.dpi": 150.0})
    assert origins.chosen == {"figure.dpi"}


def test_what_an_import_changes_is_no_choice_even_over_one():
    origins = Origins()
    origins.found({"figure.dpi": 150.0})
    origins.set_by_cell({"figure.dpi": 100.0})
    origins.set_by_import({"figure.dpi": 72.0})
    assert origins.chosen == set()
    assert origins.was_imported("figure.dpi")
    origins.set_by_cell({"figure.dpi": 80.0})
    assert origins.chosen == {"figure.dpi"}
    assert not origins.was_imported("figure.dpi")


def test_a_choice_outlives_the_kernel_that_it_was_made_in():
    origins = Origins({"figure.dpi"})
    origins.found({"figure.dpi": 100.0})
    origins.set_by_cell({"figure.dpi": 100.0})
    assert origins.chosen == {"figure.dpi"}


@pytest.mark.parametrize(
    ("code", "backend", "changed", "by_import", "was_chosen", "chosen"),
    [
        ("plt.plot()", None, False, False, True, False),
        ("%matplotlib inline", "inline", False, False, False, True),
        ("matplotlib.use('agg')", "agg", True, False, False, True),
        ("plt.switch_backend('agg')", "agg", True, False, False, True),
        ("import ipympl", "widget", True, True, False, True),
        ("import package", "agg", True, True, True, False),
        ("import package", "widget", True, True, False, False),
        ("package.plots()", "agg", True, False, True, False),
        ("package.plots()", "widget", True, False, False, True),
        ("plt.plot()", "widget", False, False, True, True),
        ("plt.plot()", "inline", False, False, False, False),
        ("reuse(1)", "agg", True, False, False, False),
    ],
)
def test_a_backend_is_chosen_in_words_or_by_a_call_that_shows(code, backend, changed, by_import, was_chosen, chosen):
    told = {"changed": changed, "by_import": by_import, "was_chosen": was_chosen}
    assert is_chosen_backend(code, backend, **told) is chosen
