"""rcParams as data: which ones differ from Matplotlib's defaults, and how to restore them.

Values travel as JSON that Matplotlib's own validators accept, as if they stood in a ``matplotlibrc``. All reads go
through `internals.registries`: ``rcParams[...]`` may warn about a deprecated key or choose a backend.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any

from .. import messages
from ..internals.registries import equal_parameters, has_parameter, parameter, parameters
from ..internals.warning_filters import warnings_ignored
from .cycles import cycle_of

if TYPE_CHECKING:
    from ..storage.settings_record import SettingsRecord

NOT_OURS = frozenset({"backend", "backend_fallback", "interactive"})
"""Keys that `settings` handles in ways of their own, and one that choosing a backend sets."""


class NotData(Exception):
    """Raised with half a sentence that states why a value cannot be written as data."""


def changed(rc: Any, defaults: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what differs from the defaults, as JSON data, and what cannot be written so.

    Parameters
    ----------
    rc : matplotlib.RcParams
        The parameters in force.
    defaults : dict
        A `snapshot` of the defaults of Matplotlib.

    Returns
    -------
    values : dict
        Key to JSON value, only for the keys that differ.
    unsaved : dict
        Key to the reason why its value is not data.
    """
    values: dict[str, Any] = {}
    unsaved: dict[str, str] = {}
    for key, value in parameters(rc):
        if key in NOT_OURS or same(value, defaults.get(key)):
            continue
        try:
            values[key] = to_data(key, value)
        except Exception as error:
            unsaved[key] = messages.said(error) or type(error).__name__
    return values, unsaved


def snapshot(rc: Any) -> dict[str, Any]:
    """Return a copy that later changes of the parameters, also inside their lists, do not reach.

    The parameters in force share their lists with the defaults of Matplotlib: ``rcParams["font.family"].insert(...)``
    changes both, so the defaults have to be copied before the user's code runs.
    """
    return {key: list(value) if type(value) is list else value for key, value in parameters(rc)}


def unchanged_since(before: dict[str, Any], rc: Any) -> bool:
    """Return whether the parameters still equal a `snapshot`."""
    return equal_parameters(before, rc)


def same(one: Any, other: Any) -> bool:
    """Return whether two values of a parameter mean the same."""
    if one is other:
        return True
    try:
        return bool(one == other)
    except Exception:
        try:
            return list(map(repr, one)) == list(map(repr, other))
        except Exception:
            return False


def to_data(key: str, value: Any) -> Any:
    """Return the value of a parameter as JSON data that its validator accepts.

    Raises
    ------
    NotData
        If the value is an object that exists only in this process.
    """
    plain = _data_of(key, value)
    candidates: list[Any] = [plain]
    if isinstance(plain, list):
        # A tuple stays one as the text that a matplotlibrc would hold; legend.loc is accepted in no other way.
        candidates.insert(0 if isinstance(value, tuple) else 1, repr(_frozen(plain)))
    if isinstance(plain, dict):  # axes.prop_cycle: columns of values
        candidates = [" + ".join(f"cycler({name!r}, {list(_frozen(each))!r})" for name, each in plain.items())]
    for data in candidates:
        if _means(key, data, plain):
            return data
    raise NotData(messages.NO_DATA.format(value=value))


def carried(
    record: SettingsRecord, rc: Any, defaults: Mapping[str, Any], accepted: Callable[[str], bool]
) -> tuple[dict[str, Any], list[str]]:
    """Decide which parameters of an earlier incarnation to put into this one.

    Parameters
    ----------
    record : settings_record.SettingsRecord
        What that incarnation has left, as `settings_record.SettingsRecord.carried_over` returns it.
    rc : matplotlib.RcParams
        What is in force now.
    defaults : dict
        A `snapshot` of the defaults of Matplotlib.
    accepted : callable
        ``accepted(key)`` is False where a cell of this incarnation has set the parameter already.

    Returns
    -------
    values : dict
        Key to value, in the order of application.
    unknown : list of str
        Saved keys that this version of Matplotlib does not have.

    Notes
    -----
    What cells have chosen is applied whatever is found here. What an import has set gives way where a file sets
    something else now.
    """
    saved = record.settings.get("rc_params", {})
    values: dict[str, Any] = {}
    unknown: list[str] = []
    for key in sorted({*record.chosen, *record.imported} - NOT_OURS):
        if not has_parameter(rc, key):
            if key in saved:
                unknown.append(key)
            continue
        now, default = parameter(rc, key), defaults.get(key)
        if not accepted(key) or (key not in record.chosen and not _was_found(key, now, default, record.origin)):
            continue
        if key in saved:
            values[key] = saved[key]
        elif not same(now, default):  # the user had gone back to the default that a file overrides
            values[key] = default
    return values, unknown


def _was_found(key: str, now: Any, default: Any, origin: Mapping[str, Any]) -> bool:
    """Return whether a value is the one that an earlier incarnation had found, whose `changed` is given."""
    if same(now, default):
        return key not in origin
    try:
        return key in origin and bool(to_data(key, now) == origin[key])
    except NotData:
        return False


def apply(rc: Any, values: Mapping[str, Any]) -> dict[str, str]:
    """Set parameters one by one and return key to reason for those that were refused."""
    refused: dict[str, str] = {}
    with warnings_ignored():  # deprecation warnings were the user's when the value was first set
        for key, value in values.items():
            reason = _unusable(key, value)
            if reason is None:
                try:
                    rc[key] = _read(key, value)
                except Exception as error:
                    reason = messages.REFUSED.format(error=messages.said(error))
            if reason is not None:
                refused[key] = reason
    return refused


def refused(values: Mapping[str, Any]) -> dict[str, str]:
    """Return key to reason for the values that a validator of Matplotlib would evaluate to something else than data."""
    reasons = {}
    for key, value in values.items():
        try:
            _read(key, value)
        except ValueError as error:
            reasons[key] = str(error)
    return reasons


def put_back(rc: Any, before: Mapping[str, Any]) -> None:
    """Restore the parameters that differ from a `snapshot`, except those of `NOT_OURS`."""
    changed = {
        key: value for key, value in before.items() if key not in NOT_OURS and not same(value, parameter(rc, key))
    }
    apply(rc, changed)


def _unusable(key: str, value: Any) -> str | None:
    """Return why a value would be accepted now and break a plot later, None where it would not."""
    if key == "image.cmap" and isinstance(value, str):
        import matplotlib

        if value not in matplotlib.colormaps:
            return messages.NO_SUCH_COLORMAP.format(name=value)
    return None


def _read(key: str, data: Any) -> Any:
    """Return what a validator of Matplotlib is given for data: nothing that it would evaluate."""
    return cycle_of(data) if key == "axes.prop_cycle" and isinstance(data, str) else data


def _means(key: str, data: Any, plain: Any) -> bool:
    """Return whether the validator of Matplotlib converts the data to the wanted value."""
    import matplotlib

    with warnings_ignored():
        try:
            return bool(_data_of(key, parameter(matplotlib.RcParams({key: _read(key, data)}), key)) == plain)
        except Exception:
            return False


def _data_of(key: str, value: Any) -> Any:
    if key == "axes.prop_cycle":
        return {name: _plain(list(values)) for name, values in sorted(value.by_key().items())}
    if key == "image.cmap" and not isinstance(value, str):
        return _registered_name(value)
    return _plain(value)


def _plain(value: Any) -> Any:
    """Return a value as JSON data, arrays and tuples as lists and numbers that JSON lacks as text."""
    if hasattr(value, "tolist"):  # a NumPy array or scalar
        value = value.tolist()
    if isinstance(value, Enum):  # cap and join styles
        value = value.value
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return repr(value)
    if isinstance(value, (bool, str, int, float)) or value is None:
        for kind in (bool, str, int, float):  # an enum or another subclass becomes its plain value
            if isinstance(value, kind):
                return kind(value)
        return None
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    raise NotData(messages.HOLDS_OBJECT.format(kind=type(value).__name__))


def _frozen(value: Any) -> Any:
    """Return data with tuples for lists."""
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _registered_name(colormap: Any) -> str:
    import matplotlib

    name = getattr(colormap, "name", "")
    if name in matplotlib.colormaps and matplotlib.colormaps[name] == colormap:
        return name
    raise NotData(messages.UNREGISTERED_COLORMAP.format(name=name))
