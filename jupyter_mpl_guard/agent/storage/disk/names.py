"""What the folder of a diary is called, and what the files in it are."""

from __future__ import annotations

import os
from typing import NamedTuple

STATE = "state.json"
"""File of the plot state, which is not signed: for display, by the server as well."""

RECORD = "record.json"
"""File of the signed settings: all that a restore of them reads, see `settings_record.SettingsRecord`."""

FIGURES = "figures.json"
"""File that lists the saved figures and the files that hold them."""

DATA = "data.log"
"""File that says what is saved of data, see `log.DataLog`."""

DIAGNOSIS = "diagnosis.json"
"""File of what a diagnosis after an incomplete restore has found; for display, and not signed."""

UNSAVED = "unsaved-"
"""Beginning of the name of an empty file that stands for what could not be written; the error's number is its end. An
empty file can be made where there is no room for a full one."""

LAST = "last."
"""Beginning of the name of the document before the present one, which is there until the present one is on the disk."""

OUTLIVED = "outlived"
"""Name of an empty file that says that a cell has ended since the restore, so the restore is harmless."""


def folder_beside(connection_file: str) -> str:
    """Return the folder of the diary that belongs to the kernel of a connection file."""
    folder, name = os.path.split(os.path.abspath(connection_file))
    return os.path.join(folder, "mpl-guard-" + kernel_id_of(name))


def kernel_id_of(connection_file: str) -> str:
    """Return the kernel id in a connection file's name, ``kernel-<kernel id>.json``; another name is its own id."""
    stem = os.path.splitext(os.path.basename(connection_file))[0]
    return stem[len("kernel-") :] if stem.startswith("kernel-") else stem


class Signer(NamedTuple):
    """Who signs a diary.

    Attributes
    ----------
    kernel_id : str
        The kernel's id.
    name : str
        The name for which it is signed.
    key : bytes
        The key that signs it.
    """

    kernel_id: str
    name: str
    key: bytes
