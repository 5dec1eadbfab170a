"""Requests: what the server asks of the agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Union

from .begin import BEGIN, Begin

if TYPE_CHECKING:
    from .actions import Action

Request = Union[Begin, "Action"]
"""A `Begin`, or one of the `ACTIONS` of an agent that has begun."""


def request_from_json(data: Any) -> Request:
    """Return the request that a server has sent, a `Begin` where it does not say which.

    Raises
    ------
    ValueError
        It is not a request, or a value is not one of those that its key may have.
    """
    if not isinstance(data, dict):
        raise ValueError("a request has to be a JSON object")
    action = data.get("action", BEGIN)
    if action == BEGIN:
        return Begin.from_json(data)
    from .actions import ACTIONS
    from .checks import one_of

    return ACTIONS[one_of("action", action, (BEGIN, *ACTIONS))].from_json(data)
