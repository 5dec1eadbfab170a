"""Where settings have come from: what counts as a choice of a cell."""

from __future__ import annotations

import pytest

from jupyter_mpl_guard.agent.settings.choice.origins import ChosenBy, Origins, is_chosen_backend

DPI = {"figure.dpi": 150.0}


def found(**settings: object) -> Origins:
    origins = Origins()
    origins.found({**DPI, **settings})
    return origins


def test_what_is_there_before_the_first_cell_is_no_choice():
    origins = found()
    origins.cell_ends(DPI, "")
    assert (origins.chosen, origins.imported) == (set(), set())


def test_what_a_cell_changes_is_a_choice_also_back_to_what_was_found():
    origins = found()
    for value in (100.0, 150.0):
        origins.cell_ends({"figure.dpi": value}, "")
        assert origins.chosen == {"figure.dpi"}


def test_what_a_cell_changes_for_a_while_is_no_choice():
    origins = found()
    origins.import_begins({"figure.dpi": 72.0})  # inside of a context
    origins.import_ends({"figure.dpi": 72.0})
    origins.cell_ends(DPI, "")
    assert (origins.chosen, origins.imported) == (set(), set())


def test_what_an_import_changes_is_no_choice_even_over_one():
    origins = found()
    origins.cell_ends({"figure.dpi": 100.0}, "")
    origins.import_begins({"figure.dpi": 100.0})
    origins.import_ends({"figure.dpi": 72.0})
    origins.cell_ends({"figure.dpi": 72.0}, "")
    assert (origins.chosen, origins.imported) == (set(), {"figure.dpi"})
    origins.cell_ends({"figure.dpi": 80.0}, "")
    assert (origins.chosen, origins.imported) == ({"figure.dpi"}, set())


def test_a_cell_chooses_over_what_it_has_imported():
    origins = found()
    origins.import_begins(DPI)
    origins.import_ends({"figure.dpi": 72.0})
    origins.cell_ends({"figure.dpi": 80.0}, "")
    assert (origins.chosen, origins.imported) == ({"figure.dpi"}, set())


def test_a_package_that_imports_matplotlib_is_followed_from_there_on():
    origins = Origins()
    origins.found(DPI)
    origins.import_begins(None)
    origins.import_ends({"figure.dpi": 72.0})
    origins.cell_ends({"figure.dpi": 72.0}, "")
    assert (origins.chosen, origins.imported) == (set(), {"figure.dpi"})


def test_what_a_restore_finds_in_the_middle_of_an_import_is_no_choice():
    origins = Origins()
    origins.found(DPI)
    origins.import_begins(None)
    origins.cell_ends({"figure.dpi": 72.0}, "")  # pyplot is imported: what is saved comes back
    origins.found({"figure.dpi": 90.0})
    origins.import_ends({"figure.dpi": 80.0})
    origins.cell_ends({"figure.dpi": 80.0}, "")
    assert (origins.chosen, origins.imported) == (set(), {"figure.dpi"})


def test_a_choice_outlives_the_kernel_that_it_was_made_in():
    origins = found()
    origins.carry({"figure.dpi"}, {"lines.linewidth"}, "agg")
    origins.cell_ends(DPI, "")
    assert (origins.chosen, origins.imported, origins.backend) == ({"figure.dpi"}, {"lines.linewidth"}, "agg")


def test_what_the_inline_backend_sets_out_of_its_configuration_is_no_choice():
    origins = found(**{"inline.rc": {"figure.dpi": 72.0}})
    origins.cell_ends({"figure.dpi": 72.0, "inline.rc": {"figure.dpi": 72.0}}, "%matplotlib inline")
    assert origins.chosen == set()
    origins.cell_ends({"figure.dpi": 80.0, "inline.rc": {"figure.dpi": 80.0}}, "%config InlineBackend.rc = ...")
    assert origins.chosen == {"figure.dpi", "inline.rc"}


def test_a_backend_that_an_import_chooses_leaves_the_one_that_a_cell_has_chosen():
    origins = found(backend="module://matplotlib_inline.backend_inline")
    origins.cell_ends({**DPI, "backend": "widget"}, "%matplotlib widget")
    origins.import_begins({**DPI, "backend": "widget"})
    origins.import_ends({**DPI, "backend": "agg"})
    origins.cell_ends({**DPI, "backend": "agg"}, "import package")
    assert (origins.backend, origins.chosen, origins.imported) == ("widget", set(), set())


def test_it_is_known_what_has_chosen_the_backend():
    origins = found(backend="module://matplotlib_inline.backend_inline")
    origins.carry((), (), "svg")
    origins.found({**DPI, "backend": "svg"})
    origins.cell_ends({**DPI, "backend": "svg"}, "plt.plot()")
    assert origins.backend_by is ChosenBy.BEFORE
    origins.ask_for("agg")
    origins.cell_ends({**DPI, "backend": "agg"}, "x = 1\n")
    assert (origins.backend, origins.backend_by) == ("agg", ChosenBy.REQUEST)
    origins.cell_ends({**DPI, "backend": "agg"}, "plt.plot()")
    assert origins.backend_by is ChosenBy.REQUEST
    origins.cell_ends({**DPI, "backend": "agg"}, "%matplotlib agg")
    assert (origins.backend, origins.backend_by) == ("agg", ChosenBy.CELL)


@pytest.mark.parametrize(
    ("code", "backend", "changed", "by_import", "was_chosen", "chosen"),
    [
        ("plt.plot()", None, False, False, True, False),
        ("%matplotlib inline", "inline", False, False, False, True),
        ("matplotlib.use('agg')", "agg", True, False, False, True),
        ("plt.switch_backend('agg')", "agg", True, False, False, True),
        ("plt.rcParams['backend'] = 'agg'", "agg", True, False, False, True),
        ("os.environ['MPLBACKEND'] = 'agg'", "agg", True, False, False, True),
        ("import ipympl", "widget", True, True, False, True),
        ("import package", "agg", True, True, True, False),
        ("import package\nmatplotlib.use('Agg')", "agg", True, True, False, True),
        ("import package\napp.use(settings)", "agg", True, True, False, False),
        ("plt.style.use('ggplot')", "agg", True, False, False, False),
        ("import package", "widget", True, True, False, False),
        ("package.plots()", "agg", True, False, True, False),
        ("package.plots()", "widget", True, False, False, True),
        ("plt.plot()", "widget", False, False, True, True),
        ("plt.plot()", "inline", False, False, False, False),
        ("reuse(1)", "agg", True, False, False, False),
    ],
)
def test_a_backend_is_chosen_in_words_or_by_a_call_that_shows(code, backend, changed, by_import, was_chosen, chosen):
    facts = {"changed": changed, "by_import": by_import, "was_chosen": was_chosen}
    assert is_chosen_backend(code, backend, **facts) is chosen
