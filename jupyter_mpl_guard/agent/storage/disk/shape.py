"""Checks of what a document on the disk says: one that fails raises a ValueError."""

from __future__ import annotations

import os
from typing import Any

_REQUIRED: Any = object()


def checked(data: Any, key: str, kind: type, default: Any = _REQUIRED) -> Any:
    """Return the value of a key of a JSON object.

    Parameters
    ----------
    kind : type
        The type that its value has to be of, exactly.
    default : object
        The value where the key is missing.

    Raises
    ------
    ValueError
        The data is no JSON object, a key without a default is missing, or its value is of another type.
    """
    if not isinstance(data, dict):
        raise ValueError(f"{data!r} is not a JSON object")
    value = data.get(key, default)
    if type(value) is not kind and not (key not in data and default is not _REQUIRED):
        raise ValueError(f"{key!r} is not of type {kind.__name__}")
    return value


def text_or_none(data: Any, key: str) -> str | None:
    """Return the text under a key of a JSON object, None where there is none, see `checked`."""
    value = data.get(key) if isinstance(data, dict) else None
    return None if value is None else str(checked(data, key, str))


def texts(data: Any, key: str, default: Any = _REQUIRED) -> tuple[str, ...]:
    """Return the texts under a key of a JSON object, see `checked`.

    Raises
    ------
    ValueError
        Not all of them are texts.
    """
    values = checked(data, key, list, default)
    if not all(isinstance(each, str) for each in values):
        raise ValueError(f"{key!r} does not hold texts only")
    return tuple(values)


def file_name(data: Any, suffix: str, what: str) -> str | None:
    """Return the name of the file in the same folder that a JSON object names, None where it names none.

    Parameters
    ----------
    suffix : str
        End that the name has to have.
    what : str
        What is in such files, as part of a sentence.

    Raises
    ------
    ValueError
        It is no such name.
    """
    file = data.get("file") if isinstance(data, dict) else None
    if file is not None and not (isinstance(file, str) and file.endswith(suffix) and file == os.path.basename(file)):
        raise ValueError(f"{file!r} is not the name of a file of {what}")
    return file
