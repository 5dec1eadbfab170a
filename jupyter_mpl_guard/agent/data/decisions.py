"""What becomes of the data that an incarnation has left: decisions that follow from facts alone."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from ..protocol import Trigger


class DataPlan(Enum):
    """What becomes of the data that the last incarnation has left."""

    NOTHING = "there is none, or none is wanted"
    COMES = "each name comes back when a cell mentions it"
    OFFERED = "it is offered to the user, in this incarnation only"
    HELD = "it is offered to the user, in the next incarnation too: restores have been paused"
    STILL_OFFERED = "what was offered in the last incarnation stays offered"


class DataFacts(NamedTuple):
    """What is known when an incarnation begins.

    Attributes
    ----------
    trigger : protocol.Trigger
        See `protocol.Begin`.
    wanted : bool
        Whether data is saved at all.
    paused : bool
        Whether the server has paused restores.
    same_process : bool
        Whether another version of the agent has worked in this process before.
    fresh : bool
        Whether the notebook is run again from its first cell: nothing comes back by itself.
    left : bool
        Whether the last incarnation has left data.
    offer : bool
        Whether it has left an unanswered offer.
    """

    trigger: Trigger
    wanted: bool = True
    paused: bool = False
    same_process: bool = False
    fresh: bool = False
    left: bool = False
    offer: bool = False


def at_begin(facts: DataFacts) -> DataPlan:
    """Return what becomes of data when an incarnation begins."""
    if not facts.wanted:
        return DataPlan.NOTHING
    if not facts.left or facts.same_process:  # in the same process everything is there
        stays = facts.offer and (facts.trigger is Trigger.CRASH or facts.same_process)
        return DataPlan.STILL_OFFERED if stays else DataPlan.NOTHING
    if facts.paused:
        return DataPlan.HELD
    return DataPlan.COMES if facts.trigger is Trigger.CRASH and not facts.fresh else DataPlan.OFFERED
