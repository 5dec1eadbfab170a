"""The status and the message of a plot state: they follow from facts alone."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from ..protocol import Status


class Phase(Enum):
    """How far this incarnation is, as its plot state says it; `composer.StateComposer` alone sets it."""

    SETTLED = "nothing was restored, or what was to be restored is left to the cells"
    RESTORING = "a restore is under way"
    RESTORED = "a restore has ended, whole or in part"
    FAILED = "something of the agent went wrong"


class StatusFacts(NamedTuple):
    """What the status depends on.

    Attributes
    ----------
    phase : Phase
        How far the incarnation is.
    incomplete : bool
        Whether the last restore has named something as missing.
    has_settings : bool
        Whether there are settings to restore.
    has_key : bool
        Whether the kernel has a key to sign with.
    trouble : str
        What went wrong or could not be written, "" where nothing did.
    offered : int
        How many figures wait for a click.
    variables : int
        How many values of data wait for the same click.
    variables_size : int
        Bytes that they take.
    variables_back : bool
        Whether data of the last incarnation comes back.
    unloaded : int
        How many could not be loaded and stay saved.
    is_first : bool
        Whether it is the first incarnation of the kernel.
    paused : bool
        Whether the agent does nothing at all.
    pause : str
        Why the server has paused the restores of this kernel, "" if it has not.
    note : str
        What else there is to say, "" where there is nothing.
    """

    phase: Phase = Phase.SETTLED
    incomplete: bool = False
    has_settings: bool = False
    has_key: bool = True
    trouble: str = ""
    offered: int = 0
    variables: int = 0
    variables_size: int = 0
    variables_back: bool = False
    unloaded: int = 0
    is_first: bool = True
    paused: bool = False
    pause: str = ""
    note: str = ""


class Said(NamedTuple):
    """What a plot state says first.

    Attributes
    ----------
    status : protocol.Status
        The status.
    message : str
        A sentence for a person, "" when there is nothing to say.
    """

    status: Status
    message: str


def status_of(facts: StatusFacts) -> Said:
    """Return what a plot state says first."""
    if facts.paused or (facts.pause and facts.phase is not Phase.RESTORING):
        return Said(Status.PAUSED, facts.pause)
    if facts.phase is Phase.RESTORING:
        return Said(Status.RESTORING, facts.trouble)
    if facts.phase is Phase.FAILED:
        return Said(Status.ERROR, facts.trouble)
    return Said(_settled(facts), _message(facts))


def _settled(facts: StatusFacts) -> Status:
    """Return the status where no restore is under way and nothing went wrong."""
    if facts.offered or facts.variables:
        return Status.OFFERED
    if facts.phase is Phase.RESTORED or facts.variables_back:
        return Status.PARTIAL if facts.incomplete or facts.unloaded else Status.RESTORED
    if facts.unloaded:
        return Status.OFFERED
    return Status.LIVE if facts.has_settings else Status.ABSENT


def _message(facts: StatusFacts) -> str:
    is_unsigned = not facts.has_key and (facts.has_settings or facts.phase is Phase.RESTORED)
    is_offer = facts.offered or facts.variables
    if not (facts.trouble or is_unsigned or is_offer or facts.unloaded or facts.note):
        return ""
    from .. import messages  # not needed in a kernel in which there is nothing to say

    parts = [_offer(facts) if is_offer else "", facts.trouble or (messages.UNSIGNED if is_unsigned else "")]
    parts += [messages.still_saved(facts.unloaded) if facts.unloaded else "", facts.note]
    return " ".join(filter(None, parts))


def _offer(facts: StatusFacts) -> str:
    from .. import messages

    what = messages.offered_things(facts.offered, facts.variables, facts.variables_size)
    has_settings = bool(facts.offered) or facts.phase is Phase.RESTORED
    return messages.offer(what, has_settings=has_settings, is_first=facts.is_first)
