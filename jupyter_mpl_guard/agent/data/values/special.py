"""Built-in objects, and some functions of other packages, that have no reducer of their own, or one with a loss.

Pickles refer to the functions of this module by their names.
"""

from __future__ import annotations

import builtins
import functools
import gc
import re
import typing
from collections.abc import Callable
from functools import partial
from importlib import import_module
from types import FunctionType
from typing import Any

from ...internals.memory import found_in, module_of, name_of, namespace_of
from .. import sentences
from .code import mentioned, set_state
from .refusal import NotKept

VIEWS = {type({}.keys()): "keys", type({}.values()): "values", type({}.items()): "items"}
"""Views of dicts and the methods that return them."""

_NEW_TYPE: Any = typing.NewType
if not isinstance(_NEW_TYPE, type):  # a function before Python 3.10
    _NEW_TYPE = None

_dispatching: Any = functools.singledispatch(lambda each: None)


def reducer(kind: type) -> Callable[[Any], Any] | None:
    """Return the reducer of objects of a listed class, None where the class does it itself."""
    if id(kind) in _REDUCERS:  # by identity: a metaclass may have no hash
        return _REDUCERS[id(kind)]
    if module_of(kind).startswith("numpy") and name_of(kind) == "finfo":
        return _limits_of_floats
    if is_of_numbas_functions(kind):
        return _of_numba
    return None


def reduce_instance(obj: Any) -> Any:
    """Return the reduction of an object whose class has a ``__new__`` of its own: that is not called again."""
    _, arguments, *rest = obj.__reduce_ex__(5)
    return (instance, arguments[:1], *rest)


def instance(kind: type) -> Any:
    """Return an empty object of a class."""
    return object.__new__(kind)


def reduce_dispatcher(obj: FunctionType) -> Any:
    """Return the reduction of what `functools.singledispatch` has made, None for any other function."""
    if obj.__code__ is not _dispatching.__code__:
        return None
    made: Any = obj
    functions = dict(made.registry)
    own = {name: value for name, value in vars(obj).items() if name not in _OF_DISPATCHERS}
    return dispatcher, (functions[object],), (list(functions.items()), own), None, None, set_functions


_OF_DISPATCHERS = frozenset(vars(_dispatching))


def dispatcher(function: Any) -> Any:
    """Return what `functools.singledispatch` makes of a function."""
    return functools.singledispatch(function)


def set_functions(made: Any, state: Any) -> None:
    """Register the function for each class with what `dispatcher` has made, and set its attributes."""
    functions, own = state
    for kind, function in functions:
        made.register(kind, function)
    vars(made).update(own, __wrapped__=made.registry[object])


def reduce_generated(obj: FunctionType) -> Any:
    """Return the reduction of what `sympy.lambdify` has made, None for any other function: it has its own globals."""
    if not obj.__code__.co_filename.startswith("<lambdifygenerated"):
        return None
    used = {name: obj.__globals__[name] for name in mentioned(obj.__code__) if name in obj.__globals__}
    state = {"__doc__": obj.__doc__, "__qualname__": obj.__qualname__}
    return (
        generated,
        (obj.__code__, used, obj.__name__, obj.__defaults__, obj.__closure__),
        state,
        None,
        None,
        set_state,
    )


def generated(compiled: Any, names: dict[str, Any], name: str, defaults: Any, closure: Any) -> FunctionType:
    """Return a function with global names of its own."""
    return FunctionType(compiled, {"__builtins__": builtins.__dict__, **names}, name, defaults, closure)


def is_of_sympys_functions(kind: type) -> bool:
    """Return whether a class is a function of SymPy that has no definition: ``Function("f")`` makes such a class."""
    return type(kind) is found_in("sympy.core.function", "UndefinedFunction")


def reduce_undefined(kind: Any) -> Any:
    """Return the reduction of an undefined function of SymPy."""
    made_by: Any = type(kind)
    facts = {name[3:]: value for name, value in namespace_of(kind).items() if name.startswith("is_")}
    assumed = {name: value for name, value in facts.items() if (name, value) != ("commutative", True)}
    return partial(made_by, kind.__name__, **assumed), ()


def is_of_numbas_functions(kind: type) -> bool:
    """Return whether a class is that of what ``numba.jit`` makes of a function."""
    return kind is found_in("numba.core.registry", "CPUDispatcher")


def written_for_numba(obj: Any) -> tuple[Any, ...]:
    """Return the function that Numba compiles, and its options; the compiled code and its cache are not saved.

    Raises
    ------
    NotKept
        It is of another version of Numba, which holds that elsewhere.
    """
    held = vars(obj)
    if not held.keys() >= {"py_func", "locals", "targetoptions"}:
        raise NotKept(sentences.CANNOT, type(obj))
    return held["py_func"], held["locals"], held["targetoptions"]


def compiled_by_numba(function: Any, variables: Any, options: Any) -> Any:
    """Return what Numba makes of a function, which it compiles when it is called."""
    return import_module("numba.core.registry").CPUDispatcher(function, variables, options)


def match(pattern: Any, text: Any, start: int, end: int, spans: Any) -> Any:
    """Return a match of a pattern, found again.

    Raises
    ------
    ValueError
        It is not found.
    """
    for find, begin in (
        (pattern.search, start),
        (pattern.match, start),
        (pattern.fullmatch, start),
        (pattern.search, spans[0][0]),
        (pattern.match, spans[0][0]),
    ):
        found = find(text, begin, end)
        if found is not None and found.regs == spans:
            return found
    for found in pattern.finditer(text, start, end):
        if found.regs == spans:
            return found
    raise ValueError(sentences.NOT_FOUND_AGAIN)


def view(names: dict[Any, Any], method: str) -> Any:
    """Return a view of a dict."""
    return getattr(names, method)()


def type_variable(name: str, constraints: Any, **rest: Any) -> Any:
    """Return a type variable of a cell."""
    kind: Any = typing.TypeVar
    made = kind(name, *constraints, **rest)
    made.__module__ = "__main__"
    return made


def _match(obj: Any) -> Any:
    return match, (obj.re, obj.string, obj.pos, obj.endpos, obj.regs)


def _view(obj: Any) -> Any:
    (names,) = gc.get_referents(obj)
    if type(names) is not dict:
        raise NotKept(sentences.CANNOT, type(names))
    return view, (names, VIEWS[type(obj)])


def _type_variable(obj: Any) -> Any:
    if obj.__module__ != "__main__" and found_in(obj.__module__, obj.__name__) is obj:
        return obj.__name__
    rest = {"bound": obj.__bound__, "covariant": obj.__covariant__, "contravariant": obj.__contravariant__}
    return partial(type_variable, obj.__name__, obj.__constraints__, **rest), ()


def _new_type(obj: Any) -> Any:
    return _NEW_TYPE, (obj.__name__, obj.__supertype__)


def _of_numba(obj: Any) -> Any:
    return compiled_by_numba, written_for_numba(obj)


def _limits_of_floats(obj: Any) -> Any:
    return type(obj), (obj.dtype,)


_REDUCERS: dict[int, Callable[[Any], Any]] = {
    id(re.Match): _match,
    id(typing.TypeVar): _type_variable,
    **dict.fromkeys(map(id, VIEWS), _view),
    **({id(_NEW_TYPE): _new_type} if _NEW_TYPE is not None else {}),
}
