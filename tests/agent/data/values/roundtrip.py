"""Saving values and loading them again, without a kernel."""

from __future__ import annotations

import pytest

from jupyter_mpl_guard.agent.data.restore import loaded
from jupyter_mpl_guard.agent.data.values.examination import DataLimits, examine
from jupyter_mpl_guard.agent.data.values.refusal import NotKept
from jupyter_mpl_guard.agent.pickling.limits.budget import Budget, Moment


def again(main, **values):
    """Return values as they are after saving and loading."""
    return loaded(examine(values, main, DataLimits(), Budget(Moment.IDLE)).data)


def why(value, /, **limits):
    with pytest.raises(NotKept) as refusal:
        examine({"value": value}, {}, DataLimits(**limits), Budget(Moment.IDLE))
    return str(refusal.value)
