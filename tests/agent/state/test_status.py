"""What a plot state says first follows from facts alone."""

from __future__ import annotations

import pytest

from jupyter_mpl_guard.agent.messages import UNSIGNED
from jupyter_mpl_guard.agent.state.status import Phase, StatusFacts, status_of

NOTHING = StatusFacts()
SET = StatusFacts(has_settings=True)
BACK = StatusFacts(Phase.RESTORED, has_settings=True)
PART = BACK._replace(incomplete=True)
UNDER_WAY = StatusFacts(Phase.RESTORING, has_settings=True)
BROKEN = StatusFacts(Phase.FAILED, trouble="It broke.")
OFFER = "Plotting settings are back; 2 figures from the notebook's last kernel can be restored."
LATER_OFFER = "Plotting settings are back; 1 figure from before the restart can be restored."
BOTH = "Plotting settings are back; 2 figures, 14 variables, 31 MB from before the restart can be restored."
DATA = "1 variable, 1 kB from the notebook's last kernel can be restored."
KEPT = "1 figure could not be loaded and stays saved: restore figures again when the reason is gone."
FULL = "The disk is full."


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (NOTHING, ("absent", "")),
        (SET, ("live", "")),
        (BACK, ("restored", "")),
        (PART, ("partial", "")),
        (SET._replace(note="It is elsewhere."), ("live", "It is elsewhere.")),
        (NOTHING._replace(offered=2, note="It is elsewhere."), ("offered", f"{OFFER} It is elsewhere.")),
        (PART._replace(phase=Phase.SETTLED), ("live", "")),
        (UNDER_WAY, ("restoring", "")),
        (BROKEN, ("error", "It broke.")),
        # Figures that wait for a click, and figures that could not be loaded.
        (NOTHING._replace(offered=2), ("offered", OFFER)),
        (SET._replace(offered=1, is_first=False), ("offered", LATER_OFFER)),
        (BACK._replace(offered=2), ("offered", OFFER)),
        (PART._replace(offered=2, unloaded=1), ("offered", f"{OFFER} {KEPT}")),
        (NOTHING._replace(unloaded=1), ("offered", KEPT)),
        (SET._replace(unloaded=1), ("offered", KEPT)),
        (BACK._replace(unloaded=1), ("partial", KEPT)),
        (PART._replace(unloaded=1), ("partial", KEPT)),
        (UNDER_WAY._replace(offered=2, unloaded=1), ("restoring", "")),
        (BROKEN._replace(offered=2, unloaded=1), ("error", "It broke.")),
        # Data that waits for the same click, and data that is back.
        (SET._replace(offered=2, variables=14, variables_size=31_200_000, is_first=False), ("offered", BOTH)),
        (NOTHING._replace(variables=1, variables_size=3), ("offered", DATA)),
        (NOTHING._replace(variables_back=True), ("restored", "")),
        (SET._replace(variables_back=True, incomplete=True), ("partial", "")),
        # What could not be written, and a kernel in which nothing can be.
        (SET._replace(trouble=FULL), ("live", FULL)),
        (UNDER_WAY._replace(trouble=FULL), ("restoring", FULL)),
        (BACK._replace(trouble=FULL, offered=2, unloaded=1), ("offered", f"{OFFER} {FULL} {KEPT}")),
        (NOTHING._replace(has_key=False), ("absent", "")),
        (SET._replace(has_key=False), ("live", UNSIGNED)),
        (StatusFacts(Phase.RESTORED, has_key=False), ("restored", UNSIGNED)),
        (PART._replace(has_key=False, trouble=FULL), ("partial", FULL)),
        (SET._replace(has_key=False, offered=2), ("offered", f"{OFFER} {UNSIGNED}")),
        (UNDER_WAY._replace(has_key=False), ("restoring", "")),
        # Pauses come before everything else, that of restores not before one that is under way.
        (BROKEN._replace(paused=True), ("paused", "")),
        (UNDER_WAY._replace(paused=True, pause="Paused."), ("paused", "Paused.")),
        (PART._replace(offered=2, trouble=FULL, pause="It crashed."), ("paused", "It crashed.")),
        (UNDER_WAY._replace(pause="It crashed."), ("restoring", "")),
    ],
)
def test_what_a_plot_state_says_first(facts, said):
    assert status_of(facts) == said
