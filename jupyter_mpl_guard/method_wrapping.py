"""Take part in a method of one object of the server's, for which it has no event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def interpose(owner: Any, method: str, around: Callable[..., Any]) -> Callable[[], None]:
    """Have calls of a public method of one object go through a function.

    A subclass would have to be chosen in the user's configuration, where another may be chosen already.

    Parameters
    ----------
    owner : object
        Whose method.
    method : str
        Its name.
    around : callable
        ``around(original, *args, **kwargs)`` calls ``original(*args, **kwargs)`` and returns what that returns.

    Returns
    -------
    callable
        Takes the function away again.
    """
    original = getattr(owner, method)

    def interposed(*args: Any, **kwargs: Any) -> Any:
        return around(original, *args, **kwargs)

    def release() -> None:
        if vars(owner).get(method) is interposed:
            delattr(owner, method)

    setattr(owner, method, interposed)
    return release
