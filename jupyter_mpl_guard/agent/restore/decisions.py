"""What is restored: decisions that follow from facts alone."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from ..protocol import RestorePolicy, Trigger, Wanted


class RestorePhase(Enum):
    """How far the restore of one incarnation is; `RestoreScheduler` alone sets it."""

    NOTHING = "nothing is to be restored"
    FOR_A_CELL = "the settings wait for the first cell that needs them"
    PLANNED = "settings and figures wait for the first good moment"
    RUNNING = "something is being restored"
    WAITING = "the settings are back, the figures wait whether a cell comes first"
    DONE = "what comes back by itself is back"

    @property
    def is_to_come(self) -> bool:
        """Whether settings are still to come back."""
        return self in (RestorePhase.FOR_A_CELL, RestorePhase.PLANNED)


class FigurePlan(Enum):
    """What becomes of the figures that the last incarnation has left."""

    NOTHING = "there are none"
    WITH_SETTINGS = "they come back with the settings"
    UNLESS_A_CELL_COMES = "they come back when no cell has come for a while, else they are offered"
    OFFERED = "they are offered to the user, in this incarnation only"
    HELD = "they are offered to the user, in the next incarnation too: restores have been paused"
    STILL_OFFERED = "what was offered in the last incarnation stays offered"


class OfferAction(Enum):
    """What a request to restore does with figures."""

    LEAVE = "what is planned comes back, what is offered stays offered"
    OFFER = "what is planned becomes an offer"
    DISMISS = "the offer ends"
    TAKE = "what is planned and what is offered comes back"
    TAKE_SOME = "what is named of an offer comes back, the rest of it stays offered"


class BeginFacts(NamedTuple):
    """What is known when an incarnation begins.

    Attributes
    ----------
    trigger, policy : protocol.Trigger, protocol.RestorePolicy
        See `protocol.Begin`.
    paused : bool
        Whether the server has paused restores.
    same_process : bool
        Whether another version of the agent has worked in this process before.
    fresh : bool
        Whether the notebook is run again from its first cell: nothing comes back by itself.
    settings : bool
        Whether the last incarnation has left settings.
    figures : bool
        Whether it has left figures.
    offer : bool
        Whether it has left an unanswered offer.
    """

    trigger: Trigger
    policy: RestorePolicy = RestorePolicy.CRASH
    paused: bool = False
    same_process: bool = False
    fresh: bool = False
    settings: bool = False
    figures: bool = False
    offer: bool = False


class Decision(NamedTuple):
    """What is restored by itself.

    Attributes
    ----------
    settings : bool
        Whether the settings are.
    figures : FigurePlan
        What becomes of the figures.
    names_lost : bool
        Whether what the last incarnation could not save is reported, although none of its figures has a part in it.
    """

    settings: bool
    figures: FigurePlan
    names_lost: bool = False


def comes_back(trigger: Trigger, policy: RestorePolicy) -> bool:
    """Return whether figures come back by themselves after one end of a kernel under one policy."""
    if policy is RestorePolicy.CRASH:
        return trigger is Trigger.CRASH
    return policy is RestorePolicy.ALWAYS and trigger is not Trigger.MANUAL


def at_begin(facts: BeginFacts) -> Decision:
    """Return what is restored when an incarnation begins."""
    if facts.same_process:  # everything is there
        return Decision(False, FigurePlan.STILL_OFFERED if facts.offer else FigurePlan.NOTHING)
    by_itself = comes_back(facts.trigger, facts.policy) and not facts.paused and not facts.fresh
    return Decision(facts.settings and not facts.fresh, _plan(facts), names_lost=by_itself and not facts.figures)


def _plan(facts: BeginFacts) -> FigurePlan:
    if not facts.figures:
        # Nobody has asked for the end of an incarnation that crashed.
        return FigurePlan.STILL_OFFERED if facts.offer and facts.trigger is Trigger.CRASH else FigurePlan.NOTHING
    if facts.paused:
        return FigurePlan.HELD
    if facts.fresh or not comes_back(facts.trigger, facts.policy):
        return FigurePlan.OFFERED
    return FigurePlan.UNLESS_A_CELL_COMES if facts.trigger is Trigger.RESTART else FigurePlan.WITH_SETTINGS


def on_reinit(wanted: Wanted | tuple[str, ...], phase: RestorePhase) -> OfferAction:
    """Return what a request to restore does with figures.

    Parameters
    ----------
    wanted : protocol.Wanted or tuple of str
        Of the request, see `protocol.Reinit`.
    phase : RestorePhase
        How far the restore is.
    """
    if not isinstance(wanted, Wanted):
        return OfferAction.TAKE_SOME
    if wanted is Wanted.ALL:
        return OfferAction.TAKE
    if wanted is Wanted.NONE:
        under_way = phase in (RestorePhase.PLANNED, RestorePhase.WAITING)
        return OfferAction.OFFER if under_way else OfferAction.DISMISS
    return OfferAction.LEAVE
