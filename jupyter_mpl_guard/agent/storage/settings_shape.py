"""The form of each plotting setting as data: what does not have it is named and left out, the others are used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..messages import missing_name, missing_parameter
from ..protocol import Missing
from .sentences import ENVIRONMENT_VARIABLE, FORM, OF_MATPLOTLIBRC, SETTINGS, a_part_of

FORMATS = frozenset({"png", "png2x", "retina", "jpg", "jpeg", "svg", "pdf"})
"""Formats of figures that IPython knows."""

DEPTH = 20
"""Largest nesting depth of lists and objects."""


def checked_settings(data: Any, refused: list[Missing]) -> dict[str, Any]:
    """Return the settings that are of the form that the plot state gives them, and note the others.

    Parameters
    ----------
    refused : list of Missing
        Receives what is not of that form.

    Returns
    -------
    dict
        Keys of `protocol.EMPTY_SETTINGS` to values; keys that are missing or not known are passed over.
    """
    if not isinstance(data, dict):
        refused.append(Missing(SETTINGS["settings"], FORM))
        return {}
    parts: dict[str, Callable[[Any], Any]] = {
        "backend": lambda value: _one(
            value, SETTINGS["backend"], lambda each: each is None or type(each) is str, refused
        ),
        "interactive": lambda value: _one(value, SETTINGS["interactive"], _is(bool), refused),
        "rc_params": lambda value: _each(value, SETTINGS["rc_params"], missing_parameter, _is_parameter, refused),
        "inline": lambda value: _inline(value, refused),
        "aliases": lambda value: _each(value, SETTINGS["aliases"], missing_name, _is(str), refused),
    }
    settings = {key: check(data[key]) for key, check in parts.items() if key in data}
    return {key: value for key, value in settings.items() if value is not _REFUSED}


def checked_details(data: dict[str, Any], refused: list[Missing]) -> dict[str, Any]:
    """Return what a record says beside the settings, as far as it is of its form, and note the rest.

    Parameters
    ----------
    refused : list of Missing
        Receives what is not of that form.

    Returns
    -------
    dict
        Attributes of `settings_record.SettingsRecord` to values.
    """
    parts: dict[str, Callable[[Any], Any]] = {
        "origin": lambda value: _each(
            value,
            SETTINGS["origin"],
            _named(OF_MATPLOTLIBRC),
            _is_parameter,
            refused,
        ),
        "printers": lambda value: _one(value, SETTINGS["printers"], _is(bool), refused),
        "fonts": lambda value: _strings(value, SETTINGS["fonts"], refused),
        "font_files": lambda value: _strings(value, SETTINGS["font_files"], refused),
        "modules": lambda value: _strings(value, SETTINGS["modules"], refused),
        "unsaved": lambda value: _unsaved(value, refused),
        "chosen": lambda value: _strings(value, SETTINGS["chosen"], refused),
        "imported": lambda value: _strings(value, SETTINGS["imported"], refused),
        "chosen_backend": lambda value: _one(value, SETTINGS["chosen_backend"], _is(str), refused),
        "environment": lambda value: _each(
            value, SETTINGS["environment"], _named(ENVIRONMENT_VARIABLE), _is(str), refused
        ),
        "first_cells": lambda value: _strings(value, SETTINGS["first_cells"], refused),
        "matplotlib": lambda value: _one(value, SETTINGS["matplotlib"], _is(str), refused),
        "process": lambda value: _one(value, SETTINGS["process"], _is(int), refused),
    }
    details = {key: check(data[key]) for key, check in parts.items() if key in data}
    return {key: value for key, value in details.items() if value is not _REFUSED}


_REFUSED: Any = object()


def _one(value: Any, what: str, fits: Callable[[Any], bool], refused: list[Missing]) -> Any:
    if fits(value):
        return value
    refused.append(Missing(what, FORM))
    return _REFUSED


def _named(what: str) -> Callable[[str, str], Missing]:
    return lambda key, why: Missing(what.format(key), why)


def _each(
    value: Any, what: str, one: Callable[[str, str], Missing], fits: Callable[[Any], bool], refused: list[Missing]
) -> Any:
    """Return the part of an object whose values fit."""
    if type(value) is not dict:
        return _one(value, what, _is(dict), refused)
    refused += [one(key, FORM) for key, each in value.items() if not fits(each)]
    return {key: each for key, each in value.items() if fits(each)}


def _inline(value: Any, refused: list[Missing]) -> Any:
    if type(value) is not dict:
        return _one(value, SETTINGS["inline"], _is(dict), refused)
    what = "InlineBackend.{}".format
    rc, kwargs = what("rc"), what("print_figure_kwargs")
    parts: dict[str, Callable[[Any], Any]] = {
        "figure_formats": lambda each: _one(each, what("figure_formats"), _are_formats, refused),
        "close_figures": lambda each: _one(each, what("close_figures"), _is(bool), refused),
        "print_figure_kwargs": lambda each: _each(each, kwargs, _named(kwargs + "[{!r}]"), is_data, refused),
        "rc": lambda each: _each(each, rc, _named(rc + "[{!r}]"), _is_parameter, refused),
    }
    configuration = {key: check(value[key]) for key, check in parts.items() if key in value}
    return {key: each for key, each in configuration.items() if each is not _REFUSED}


def _strings(value: Any, what: str, refused: list[Missing]) -> Any:
    if type(value) is not list:
        return _one(value, what, _is(list), refused)
    strings = [each for each in value if type(each) is str]
    if len(strings) < len(value):
        refused.append(Missing(a_part_of(what), FORM))
    return strings


def _unsaved(value: Any, refused: list[Missing]) -> Any:
    if type(value) is not list:
        return _one(value, SETTINGS["unsaved"], _is(list), refused)
    unsaved = []
    for each in value:
        try:
            unsaved.append(Missing.from_json(each))
        except ValueError:
            refused.append(Missing(a_part_of(SETTINGS["unsaved"]), FORM))
    return unsaved


def _is(kind: type) -> Callable[[Any], bool]:
    return lambda value: type(value) is kind


def _are_formats(value: Any) -> bool:
    return type(value) is list and all(type(each) is str and each in FORMATS for each in value)


def _is_parameter(value: Any, depth: int = DEPTH) -> bool:
    """Return whether a value is of the form in which rcParams are written: text, a number, or a list of such."""
    if type(value) is list:
        return depth > 0 and all(_is_parameter(each, depth - 1) for each in value)
    return value is None or type(value) in (bool, int, float, str)


def is_data(value: Any, depth: int = DEPTH) -> bool:
    """Return whether a value is JSON data that is not nested too deep."""
    if type(value) is dict:
        return depth > 0 and all(is_data(each, depth - 1) for each in value.values())
    if type(value) is list:
        return depth > 0 and all(is_data(each, depth - 1) for each in value)
    return _is_parameter(value)
