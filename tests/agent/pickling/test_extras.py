"""What is saved beside a figure is checked when it is read, and what a server limits is taken as far as it is known."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from jupyter_mpl_guard.agent.internals.ipympl import Widget, Widgets
from jupyter_mpl_guard.agent.pickling.extras import Extras
from jupyter_mpl_guard.agent.pickling.limits.budget import Limits

WIDGETS = {"closed": True, "canvas": ["1", {"a": 1}], "canvas_layout": ["2", {}]}
DATA = {**Extras.of(Figure(dpi=72)).to_data(), "widgets": WIDGETS}


@pytest.mark.parametrize("more", [{}, {"of a later version": 1}, {"widgets": None}, {"dpi": np.float32(72)}])
def test_extras_are_read_as_they_were_written(more):
    data = {**DATA, **more}
    extras = Extras.from_data(data)
    assert extras.to_data() == {name: data[name] for name in Extras._fields}
    assert extras.widgets == (Widgets(True, Widget("1", {"a": 1}), Widget("2", {})) if data["widgets"] else None)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {name: value for name, value in DATA.items() if name != "mouse"},
        {**DATA, "dpi": "72"},
        {**DATA, "number": 1.5},
        {**DATA, "views": []},
        {**DATA, "widgets": []},
        {**DATA, "widgets": {"canvas": ["1", {}]}},
        {**DATA, "widgets": {**WIDGETS, "toolbar": ["1"]}},
        {**DATA, "widgets": {**WIDGETS, "toolbar": [1, {}]}},
    ],
    ids=str,
)
def test_extras_of_another_form_are_refused(wrong):
    with pytest.raises(ValueError, match="form"):
        Extras.from_data(wrong)


def test_limits_that_are_not_known_are_passed_over():
    limits = Limits.of({"figure": 1, "of a later version": 2})
    assert (limits.figure, limits.kernel) == (1, Limits().kernel)
