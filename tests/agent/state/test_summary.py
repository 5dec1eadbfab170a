"""What a person reads of a plot state: the words for its figures, and the sentences about those that are not found."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from jupyter_mpl_guard.agent.protocol.figure_state import FigureState
from jupyter_mpl_guard.agent.state import sentences, summary
from jupyter_mpl_guard.agent.state.naming import NoSuchFigure, figures_named, ids_of

PAGE = Path(__file__).parents[3] / "src" / "ui" / "figureTexts.ts"


def figure(number: int, state: str, *names: str, label: str = "") -> dict[str, Any]:
    """Return a figure of a plot state."""
    said = {"id": f"f{number}", "number": number, "names": list(names), "label": label, "state": state}
    return {**said, "bytes": 0, "saved": state == "saved", "why": ""}


def test_the_words_for_the_states_of_a_figure_are_those_of_the_page():
    table = PAGE.read_text().split("stateTexts")[1].split("})")[0]
    assert dict(re.findall(r"(\w+): trans\.__\('([^']+)'\)", table)) == {
        state.value: sentences.OF_FIGURE[state] for state in FigureState
    }


def test_a_figure_that_is_not_saved_is_said_to_be_not_saved():
    state = {"status": "live", "figures": [figure(1, "unsaved", "fig"), figure(2, "offered", "old")]}
    assert [row[3] for row in summary.figures(state).rows] == ["not saved", "from before the restart"]
    assert summary.status(state).rows == (("figures", "1 not saved, 1 from before the restart"),)
    earlier = {key: value for key, value in figure(1, "unsaved", "fig").items() if key != "state"}
    assert summary.state_of(earlier) == "not saved"


LISTED = [figure(0, "live", "made", label="by hand"), figure(2, "offered", "old"), figure(1, "offered", label="x" * 99)]


@pytest.mark.parametrize("to_be", ["restored", "dismissed"])
def test_a_figure_that_is_not_found_is_answered_with_all_that_the_others_are_called(to_be):
    with pytest.raises(NoSuchFigure) as error:
        ids_of(["none"], {"figures": LISTED}, to_be)
    waiting = 'figure 1 ("' + "x" * 39 + '…"); figure 2 (old)'
    assert str(error.value) == f"No figure from before the restart is called 'none'; there are {waiting}."
    with pytest.raises(NoSuchFigure) as error:
        figures_named(["none"], {"figures": LISTED})
    assert str(error.value) == f"No figure is called 'none'; there are {waiting}; a figure (made, \"by hand\")."
    with pytest.raises(NoSuchFigure) as error:
        ids_of(["made"], {"figures": LISTED}, to_be)
    said = f'made is a figure (made, "by hand") of this kernel; it does not wait to be {to_be}.'
    assert str(error.value) == said
    with pytest.raises(NoSuchFigure, match=f"can be {to_be}: there is none"):
        ids_of(["none"], {"figures": []}, to_be)
