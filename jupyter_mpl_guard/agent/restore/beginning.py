"""The beginning of every restore: what is decided then, and what becomes of the figures because of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..protocol import Begin, Missing, NextRestore, holds_something
from . import decisions
from .decisions import Decision, FigurePlan

if TYPE_CHECKING:
    from ..figures.offers import Offers
    from .job import RestoreJob


def decide(request: Begin, job: RestoreJob, offers: Offers, *, same_process: bool) -> Decision:
    """Return what is to be restored.

    Parameters
    ----------
    request : protocol.Begin
        What the server knows of the incarnation.
    job : job.RestoreJob
        What can be restored.
    offers : offers.Offers
        The figures that the last incarnation has left.
    same_process : bool
        Whether another version of the agent has worked in this process before.
    """
    return decisions.at_begin(
        decisions.BeginFacts(
            trigger=request.trigger,
            policy=request.figures,
            paused=bool(request.paused),
            same_process=same_process,
            fresh=request.restore is NextRestore.NONE,
            settings=holds_something(job.settings),
            figures=offers.left,
            offer=offers.offered_before,
        )
    )


def plan_figures(plan: FigurePlan, offers: Offers) -> list[Missing]:
    """Carry out the decision about the figures; return what is missing because of that."""
    if plan in (FigurePlan.WITH_SETTINGS, FigurePlan.UNLESS_A_CELL_COMES):
        offers.plan()
    elif plan is FigurePlan.STILL_OFFERED:
        offers.offer_again()
    elif plan is FigurePlan.HELD:
        offers.offer(held=True)
    elif plan is FigurePlan.OFFERED:
        offers.offer()
        offers.write()
        return offers.unsaved()
    return []
