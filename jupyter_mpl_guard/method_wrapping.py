"""Wrap methods of jupyter_server, which has no event for what they do."""

from __future__ import annotations

from typing import Any

from .agent.method_wrapping import wrap_method

__all__ = ["argument", "wrap_method"]


def argument(position: int, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return the argument of a wrapped call that its caller has passed by position or by name, None without one."""
    return args[position] if len(args) > position else kwargs.get(name)
