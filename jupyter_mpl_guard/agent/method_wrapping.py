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
    unwrapped = False

    @wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return original(*args, **kwargs) if unwrapped else wrapper(original, *args, **kwargs)

    def unwrap() -> None:
        nonlocal unwrapped
        unwrapped = True
        take_out()

    take_out = put_method(owner, name, wrapped)
    return unwrap


def put_method(owner: Any, name: str, method: Any) -> Callable[[], None]:
    """Put a method into one object, or into a class or module, in place of its own or of one that it inherits.

    Returns
    -------
    callable
        Takes the method out again, unless another one is there by then.
    """
    own = vars(owner).get(name)  # another wrapper, None where the method is that of the class

    def take_out() -> None:
        if vars(owner).get(name) is not method:
            return
        if own is None:
            delattr(owner, name)
        else:
            setattr(owner, name, own)

    setattr(owner, name, method)
    return take_out
