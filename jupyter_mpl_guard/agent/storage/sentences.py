"""The sentences, and parts of such, about what is on disk: the server shares them with the agent.

What is said about one file goes on behind its path.
"""

from __future__ import annotations

from .. import messages

FORM = messages.NOT_OF_FORM.format(what="what was saved of it")
"""Reason for a value that cannot be used."""

GONE = "its file is gone"
CHANGED = "its file has been changed since it was saved"
"""Why a file of figures cannot be used."""

NOT_ON_DISK = "they had not reached the disk when the machine or the kernel stopped"
"""Why there is an earlier state in place of the last one."""

NOT_ABSOLUTE = "it is not an absolute path"
NO_FOLDER = "it is not a folder"
NOT_YOURS = "it belongs to somebody else"
FOR_EVERYBODY = "everybody can write into it"
NOT_WRITABLE = "it cannot be written"
NOTHING_ABOVE = "it is not there, and the folder above it belongs to somebody else"
"""Why a folder that somebody has chosen cannot hold diaries."""

NO_KEY = "this kernel has no key that could have signed them (Session.key is empty)"
NO_SIGNATURE = "they were saved without a signature"
FOREIGN_SETTINGS = "their record does not carry this kernel's signature"
"""Why settings are not restored."""

LIST_GONE = "the list of the saved figures is gone, or the kernel ended before it was first written"
FOREIGN_LIST = "the list of the saved figures does not carry this kernel's signature"
OTHER_VERSION = "another version of jupyter-mpl-guard has saved the figures"
"""Why no figure is restored."""

STALE = "a cell may have changed it, and the kernel ended before it could be saved again"
"""Why a value is not restored."""

LOG_GONE = "the log of the saved data is gone"
FOREIGN_LOG = "the log of the saved data does not carry this kernel's signature"
LINE_GONE = "a line of the log of the saved data is missing"
"""Why no data is restored."""

IN_ITS_KERNEL = "it can make code run, so it is put in force only in the kernel whose cells have chosen it"
"""Reason for what does not go over to the notebook's next kernel."""

IN_ITS_KIND = "it can make code run, so it does not go over to a kernel of another kind"
"""Reason for what does not go over to a kernel of another kind."""

SETTINGS = {
    "settings": messages.SETTINGS,
    "backend": messages.BACKEND,
    "interactive": messages.INTERACTIVE_MODE,
    "rc_params": "the rcParams",
    "inline": "the configuration of the inline backend",
    "aliases": "the names of modules",
    "origin": "the parameters of the matplotlibrc",
    "printers": "whether figures were shown as images",
    "fonts": "the fonts in use",
    "font_files": "the files of fonts",
    "modules": "the modules of Matplotlib that were loaded",
    "unsaved": "what could not be saved of the settings",
    "chosen": "what cells have chosen",
    "imported": "what imports have set",
    "chosen_backend": "the chosen backend",
    "environment": "the environment variables",
    "first_cells": "which cells came first",
    "matplotlib": "the version of Matplotlib",
    "process": "the id of the kernel's process",
}
"""Part of a record of settings to what it is called where it is missing."""

OF_MATPLOTLIBRC = "rcParams[{!r}] of the matplotlibrc"
ENVIRONMENT_VARIABLE = "the environment variable {}"
BACKEND = "backend {!r}"
NAME = "the name {}"
PRINT_ARGUMENT = "InlineBackend.print_figure_kwargs[{!r}]"
"""What one value of a part is called."""

A_FIGURE = "a saved figure"
A_PART_OF_ALL = "a part of what was saved"
A_PART_OF_TABLES = "a part of Matplotlib's tables"
"""What is missing where nothing more can be said of it."""


NOT_WRITTEN = "it could not be written"
NO_ROOM = "there is no room for it"
"""Why something newer could not be written."""


def a_part_of(what: str) -> str:
    """Return that not all of something is there."""
    return f"a part of {what}"


def list_not_understood(error: BaseException) -> str:
    """Return that the list of figures cannot be used."""
    return f"{messages.NOT_OF_FORM.format(what='the list of the saved figures')} ({error})"


def entry_not_understood(error: BaseException) -> str:
    """Return why one figure is not restored."""
    return f"its entry in the list of figures cannot be read ({error})"


def log_not_understood(error: BaseException) -> str:
    """Return that the log of data cannot be used."""
    return f"the log of the saved data cannot be understood ({error})"


def grown(path: str) -> str:
    """Return that somebody has written to a file meanwhile."""
    return f"{path} has grown while it was read"


def not_read(path: str, error: BaseException) -> str:
    """Return why a file could not be read."""
    return f"{path} could not be read ({error})"


def no_object(path: str) -> str:
    """Return that a file holds something else."""
    return f"{path} does not hold a JSON object"


def second_name(path: str) -> str:
    """Return that others may write to a file."""
    return f"{path} has a second name elsewhere, so it was not read"


def too_large(path: str, size: int) -> str:
    """Return that a file has too many bytes."""
    return f"{path} has {size} bytes, which is too much, so it was not read"


def not_yours(path: str, kind: str) -> str:
    """Return that something is no file or folder, or that of another user."""
    return f"{path} is not a {kind} of yours, so it was not read"


def folder_not_yours(folder: str) -> str:
    """Return that nothing is written to a folder, which may be that of another user."""
    return f"{folder} is not a folder of yours"


def folder_not_writable(folder: str) -> str:
    """Return that nothing can be written to a folder."""
    return f"{folder} cannot be written"


def not_readable_again(name: str) -> str:
    """Return why a document is not written."""
    return f"{name} would be too large, or nested too deep, to be read again"


def not_in_chosen(folder: str, why: str) -> str:
    """Return the message that a diary is not in the folder that was chosen for it."""
    return f"What is plotted is saved beside the kernel's connection file, not in {folder}: {why}."
