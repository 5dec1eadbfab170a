"""One look at values: whether they can be saved, what they have in common with others, and their fingerprint."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from contextlib import ExitStack
from types import BuiltinFunctionType, FunctionType, GenericAlias, MethodType, ModuleType
from typing import Any, NamedTuple

from ... import messages
from ...internals.memory import found_in, items_of, kinds_of, length_of
from ...internals.warning_filters import warnings_ignored
from ...pickling.limits.budget import Budget, GivenUp, TooSlow
from ...pickling.picklers.reductions import PROTOCOL
from ...pickling.quiet import recursion_limited, without_collection
from ...pickling.sink import CannotWrite, Sink, TooLarge
from ...storage.data.log import DataLog
from ...storage.figure_list import MIB
from .. import sentences
from .arrays import is_memmap
from .fingerprint import BytesBuffer, BytesFingerprint
from .kinds import full_name, is_apart, is_small_atom, refusal
from .pickler import DataPickler
from .refusal import NotKept
from .walk import TooMany, TooMuch, Walk

HELD = 2**18
"""Most bytes that are kept in memory between looking at values and writing them; more are pickled once more."""

SIMPLE_IDS = frozenset(map(id, (int, float, bool, str, bytes, type(None))))
"""Identities of the classes whose objects are written by `pickle` itself, whatever has been registered with it."""

PLAIN_IDS = frozenset(map(id, (list, tuple, dict)))
"""Identities of the collections in which arrays are looked for."""

CODE = (FunctionType, BuiltinFunctionType, MethodType, GenericAlias, ModuleType)


class DataLimits(NamedTuple):
    """How much data is saved.

    Attributes
    ----------
    value : float
        MiB of one value.
    kernel : float
        MiB of all of a kernel's data.
    objects : int
        Objects in one value, not counting those that never change and lead to nothing.
    wait : float
        Seconds of processor time that saving may take while a cell waits.
    """

    value: float = 64.0
    kernel: float = 512.0
    objects: int = 100_000
    wait: float = 0.03

    @classmethod
    def of(cls, limits: Mapping[str, float]) -> DataLimits:
        """Return the limits that a server has set; those that are not known here are ignored."""
        return cls(**{name: limits[name] for name in cls._fields if name in limits})  # type: ignore[arg-type]


class Examination(NamedTuple):
    """What was found out about values.

    Attributes
    ----------
    shared : frozenset of int
        Identities of the objects in them that can change and that other values may share.
    needs : frozenset of str
        Names that their code mentions.
    fingerprint : bytes
        Their fingerprint.
    size : int
        Bytes of their pickle.
    data : bytes or None
        The pickle, where it is small.
    """

    shared: frozenset[int]
    needs: frozenset[str]
    fingerprint: bytes
    size: int
    data: bytes | None


def examine(values: Mapping[str, Any], namespace: dict[str, Any], limits: DataLimits, budget: Budget) -> Examination:
    """Return what is found out about values that are to be saved together.

    Raises
    ------
    NotKept
        They cannot be saved.
    TooSlow, GivenUp
        It takes too long for the moment.
    """
    most = limits.value * MIB * len(values)
    examined = _examine_atoms(values)
    if examined is not None and examined.size <= most:
        return examined
    for value in values.values():
        refuse_at_once(type(value))
    walk = Walk(namespace, limits.objects * len(values), most, budget.check, passes=_refuse_apart)
    try:
        for value in values.values():
            walk.go(value)
    except TooMany:
        raise NotKept(sentences.DATA_OBJECTS.format(limit=limits.objects)) from None
    except TooMuch:
        raise NotKept(_too_large(limits)) from None
    except RuntimeError as error:  # a thread is changing it
        raise NotKept(sentences.CANNOT_BECAUSE.format(error=messages.described(error))) from None
    if walk.leads_everywhere:
        raise NotKept(sentences.HOLDS_ALL_NAMES)
    fingerprint, buffer = BytesFingerprint(), BytesBuffer(HELD)
    sink = Sink(fingerprint.update, buffer.take, limit=most, budget=budget)
    _pickle(values, namespace, sink, limits, _arrays(values) if walk.has_arrays else {})
    return Examination(frozenset(walk.seen), frozenset(walk.names), fingerprint.digest(), sink.size, buffer.bytes())


def _examine_atoms(values: Mapping[str, Any]) -> Examination | None:
    """Return what is found out about small atoms, None where there is something else among the values.

    Most values of a loop or a trial are of this kind. Their pickle is the one that `DataPickler` would write.
    """
    if not all(id(type(value)) in SIMPLE_IDS and is_small_atom(value) for value in values.values()):
        return None
    data = pickle.dumps(list(values.items()), PROTOCOL) + pickle.dumps(None, PROTOCOL)
    fingerprint = BytesFingerprint()
    fingerprint.update(memoryview(data))
    return Examination(frozenset(), frozenset(), fingerprint.digest(), len(data), data)


def refuse_at_once(kind: type) -> None:
    """Refuse a class whose objects are not saved, before anything looks into them.

    Raises
    ------
    NotKept
        Objects of a class are not saved.
    """
    if not (issubclass(kind, type) or any(kind is each for each in CODE)):
        why = refusal(kind)
        if why and not is_memmap(kind):
            raise NotKept(why, kind)


def _refuse_apart(kind: type) -> bool:
    """Refuse a value that holds an object which leads to half of the process: to follow it takes a second."""
    if is_apart(kind):
        refuse_at_once(kind)
    return False


def write(
    values: Mapping[str, Any], namespace: dict[str, Any], log: DataLog, limits: DataLimits, budget: Budget
) -> tuple[str, str, int]:
    """Pickle values into a file of the diary; return its name, its signature and its bytes.

    Raises
    ------
    NotKept, TooSlow, GivenUp
        See `look`.
    OSError
        It cannot be written.
    """
    with ExitStack() as stack:
        file = stack.enter_context(log.new_file())
        most = limits.value * MIB * len(values)
        try:
            _pickle(values, namespace, Sink(file.write, limit=most, budget=budget), limits, _arrays(values))
        except CannotWrite as error:
            raise OSError(*error.args) from error
        return file.keep()


def _pickle(
    values: Mapping[str, Any], namespace: dict[str, Any], sink: Sink, limits: DataLimits, arrays: dict[int, Any]
) -> None:
    try:
        with without_collection(), warnings_ignored(), recursion_limited():
            DataPickler(sink, namespace, arrays).values(list(values.items()))
            sink.finish()
    except (NotKept, TooSlow, GivenUp, CannotWrite, KeyboardInterrupt, MemoryError):
        raise
    except TooLarge:
        raise NotKept(_too_large(limits)) from None
    except RecursionError:
        raise NotKept(messages.NESTED_TOO_DEEP) from None
    except Exception as error:  # what is listed may refuse all the same
        raise NotKept(sentences.CANNOT_BECAUSE.format(error=messages.described(error))) from None


def _too_large(limits: DataLimits) -> str:
    return sentences.DATA_LIMIT.format(limit=limits.value)


def _arrays(values: Mapping[str, Any]) -> dict[int, Any]:
    """Return the arrays that are bound to names or lie in plain collections, by identity: views of them stay views."""
    ndarray = found_in("numpy", "ndarray")
    if ndarray is None:
        return {}
    found: dict[int, Any] = {}
    waiting = list(values.values())
    for _ in range(3):
        kinds = kinds_of(waiting)
        if id(ndarray) in kinds:
            found.update((id(each), each) for each in waiting if type(each) is ndarray)
        if kinds.isdisjoint(PLAIN_IDS):
            break
        plain = [each for each in waiting if id(type(each)) in PLAIN_IDS and length_of(each) <= 1000]
        waiting = [item for each in plain for item in items_of(each, 1000)]
    for each in list(found.values()):  # an array that has been loaded shows the memory of another one, all of it
        base = each.base
        if type(base) is ndarray and base.nbytes == each.nbytes and each.flags.forc:
            found.setdefault(id(base), each)
    return found


def type_of(value: Any) -> str:
    """Return the name of the class of a value as the plot state gives it."""
    return "module" if issubclass(type(value), ModuleType) else full_name(type(value))
