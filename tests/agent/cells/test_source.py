"""What a cell mentions is found however it is spelled, and each question has the words that it needs."""

from __future__ import annotations

import pytest

from jupyter_mpl_guard.agent.cells import source
from jupyter_mpl_guard.agent.cells.source import identifiers, mentioned, without_magic


def test_the_identifiers_in_a_cell_are_its_names_and_keywords():
    assert identifiers("for x_1 in été:\n  print(f'{x_1:.2f}', 0x10)") == {
        *("for", "x_1", "in", "été", "print", "f", "x10"),
    }


@pytest.mark.parametrize("spelled", ["été", "e\u0301te\u0301", "\uff45\u0301te\u0301"])
def test_a_name_is_found_in_each_form_that_python_takes_for_it(spelled):
    assert "été" in identifiers(f"{spelled} = 1")
    assert "été" in mentioned(f"{spelled} = 1").identifiers


@pytest.mark.parametrize(
    ("code", "everything"),
    [
        ("vars()", True),
        ("vars(x)", False),
        ("dir ( )", True),
        ("exec(text)", True),
        ("get_ipython().run_cell(text)", True),
        ("get_ipython().run_line_magic('store', '-r')", True),
        ("shell.user_ns", True),
        ("%who", True),
        ("%store -r", True),
        ("%run -i file.py", True),
        ("%run file.py", False),
        ("x = 1  # whoever", False),
        ("\uff45xec(text)", True),
    ],
)
def test_constructs_that_may_refer_to_any_name_are_found(code, everything):
    assert mentioned(code).everything is everything


def test_what_runs_a_text_counts_for_each_question():
    sets = (source.RUNS_UNSEEN_CODE, source.HIDES_USES, source.LOOKS_ANYWHERE)
    assert all(each >= source.RUN_TEXTS for each in sets)
    assert all(mentioned(f"{each}(text)").everything for each in source.RUN_TEXTS)


def test_a_line_that_asks_the_agent_mentions_nothing():
    assert identifiers(without_magic("%mpl_guard figure fig\nx")) == {"x"}
