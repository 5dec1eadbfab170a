"""The files of one kernel on this machine, as far as what it leaves can be kept."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from ..agent.storage.data_log import NAME as DATA
from ..agent.storage.diary import FIGURES, RECORD, Diary


@dataclass(frozen=True)
class KernelFiles:
    """Where a kernel's diary is, and what has signed it.

    Attributes
    ----------
    kernel_id : str
        The kernel's id.
    diary : Diary
        Its diary.
    connection_file : str
        Path of its connection file; jupyter_client removes the file with the kernel.
    key : bytes
        The key in it.
    """

    kernel_id: str
    diary: Diary
    connection_file: str
    key: bytes = field(repr=False)

    @classmethod
    def of(cls, kernel_id: str, manager: Any) -> KernelFiles | None:
        """Return the files of a manager's kernel, None where they are on another machine: a gateway's."""
        # Read now: jupyter_client empties the path when the kernel is gone.
        path = getattr(manager, "connection_file", "") or ""
        return cls(kernel_id, Diary.beside(path), path, manager.session.key) if os.path.isabs(path) else None

    @property
    def has_connection_file(self) -> bool:
        """Whether the connection file is there."""
        return os.path.exists(self.connection_file)

    @property
    def holds_plots(self) -> bool:
        """Whether the diary holds settings, figures or data, and not only its owner."""
        return not {RECORD, FIGURES, DATA}.isdisjoint(self.diary.names())
