"""The plot state as the server shows it: what the agent has said, and over it what only the server knows."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from .. import messages
from ..agent.protocol import FINAL, Status, compose
from ..agent.storage.diary import STATE, Diary, DiaryError
from ..schemas import is_plot_state
from .pause import PauseReason
from .phase import KernelPhase


class ServerView(NamedTuple):
    """What the server knows of a kernel.

    Attributes
    ----------
    pause : PauseReason or None
        Why it is paused.
    error : str
        Why it has no agent, "" where it has one or is to have one.
    asking : bool
        Whether the outcome of a request to the agent is still to come.
    incarnation : int
        How many incarnations the server has seen.
    """

    phase: KernelPhase
    pause: PauseReason | None
    error: str
    asking: bool
    incarnation: int


def _said(status: Status, message: str) -> dict[str, Any]:
    return {"status": status.value, "message": message}


def pending(state: dict[str, Any], message: str) -> dict[str, Any]:
    """Return a plot state that says what happens later, when the kernel is idle."""
    return state | _said(Status.PENDING, message)


def overlay(view: ServerView, incarnation: int, status: str) -> dict[str, Any]:
    """Return the keys of a plot state that the server knows better than the agent.

    Parameters
    ----------
    view : ServerView
        What the server knows.
    incarnation : int
        Incarnation of the agent's plot state.
    status : str
        Status of the agent's plot state.
    """
    ours: dict[str, Any] = {"incarnation": max(view.incarnation, incarnation)}
    if view.phase is KernelPhase.UNSUPPORTED:
        return ours | _said(Status.UNSUPPORTED, "")
    if view.phase is KernelPhase.DEAD:
        return ours | _said(Status.ERROR, messages.DEAD)
    if view.pause is not None:
        return ours | _said(Status.PAUSED, view.pause.message)
    if view.error:
        return ours | _said(Status.ERROR, view.error)
    has_ended = incarnation >= view.incarnation and status in FINAL
    is_restoring = view.asking and not has_ended and view.incarnation > 1
    if view.phase.is_between_incarnations or is_restoring:
        return ours | _said(Status.RESTORING, "")
    return ours


def shown_state(
    kernel_id: str,
    view: ServerView,
    written: dict[str, Any] | None,
    answered: dict[str, Any] | None,
    *,
    is_last: bool = False,
) -> dict[str, Any]:
    """Return the plot state to show.

    Parameters
    ----------
    view : ServerView
        What the server knows.
    written, answered : dict or None
        The plot state in the kernel's diary, and the one that the agent has answered last.
    is_last : bool
        Whether nothing was written since the latter was received: what is written may be older then, as on a full disk.
    """
    for state in (answered, written) if is_last else (written, answered):
        if state is not None and state["incarnation"] >= view.incarnation:
            break
    else:
        state = compose(kernel_id, view.incarnation, Status.ABSENT)
    return state | overlay(view, state["incarnation"], state["status"]) | {"kernel_id": kernel_id}


def version_of(diary: Diary) -> tuple[int, ...] | None:
    """Return a version that changes when the plot state in a diary is written again, None where there is none."""
    try:
        status = os.lstat(os.path.join(diary.folder, STATE))
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def figure_ids(state: dict[str, Any]) -> set[str]:
    """Return the ids of the figures of a plot state."""
    return {figure["id"] for figure in state["figures"]}


def written_state(diary: Diary, kernel_id: str) -> dict[str, Any] | None:
    """Return the plot state in a kernel's diary, None where there is no valid one."""
    try:
        state = diary.read(STATE)
    except DiaryError:
        return None
    if not state or not is_plot_state(state) or state["kernel_id"] != kernel_id:
        return None
    why = "" if state["message"] else diary.unsaved()
    return state | {"message": messages.not_saved(why)} if why else state
