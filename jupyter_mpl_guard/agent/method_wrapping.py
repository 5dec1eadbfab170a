"""The only place that patches methods of other libraries, in the server and in a kernel.

A subclass would have to be chosen in the user's configuration, where another one may be chosen already.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any


def wrap_method(owner: Any, name: str, wrapper: Callable[..., Any]) -> Callable[[], None]:
    """Route the calls of a public method of one object, or of a class or module, through a function.

    Parameters
    ----------
    owner : object
        The object; others of its class are left alone.
    name : str
        Name of the method.
    wrapper : callable
        ``wrapper(original, *args, **kwargs)`` gets the arguments as the caller passed them. It calls
        ``original(*args, **kwargs)`` and returns what that returns.

    Returns
    -------
    callable
        Unwraps the method; safe to call again. Where the method has been wrapped once more since, our function
        stays in between and passes every call on.
    """
    original = getattr(owner, name)
    own = vars(owner).get(name)  # another wrapper, None where the method is that of the class
    unwrapped = False

    @wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return original(*args, **kwargs) if unwrapped else wrapper(original, *args, **kwargs)

    def unwrap() -> None:
        nonlocal unwrapped
        unwrapped = True
        if vars(owner).get(name) is not wrapped:
            return
        if own is None:
            delattr(owner, name)
        else:
            setattr(owner, name, own)

    setattr(owner, name, wrapped)
    return unwrap
