"""The files of one kernel on this machine, as far as what it leaves can be kept."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import internals
from ..agent.storage.diary import Diary
from ..agent.storage.disk.checked_file import is_ours


@dataclass(frozen=True)
class KernelFiles:
    """Where a kernel's diary is, and what has signed it.

    Attributes
    ----------
    beside : Diary
        Its diary beside the connection file.
    connection_file : str
        Path of its connection file; jupyter_client removes the file with the kernel.
    key : bytes
        The key in it.
    kind : str
        Name of the kernel's specification.
    process : int or None
        Id of the process that has been started for the kernel, None where its provisioner has none.
    chosen : Diary or None
        Its diary in a folder that was chosen. An agent that cannot use the folder keeps its diary beside the
        connection file.
    """

    kernel_id: str
    beside: Diary
    connection_file: str
    key: bytes = field(repr=False)
    kind: str = ""
    process: int | None = None
    chosen: Diary | None = None

    @classmethod
    def of(cls, kernel_id: str, manager: Any, folder: str = "") -> KernelFiles | None:
        """Return the files of a manager's kernel, None where they are on another machine: a gateway's.

        Parameters
        ----------
        manager : jupyter_client.manager.KernelManager
            Its manager, whose connection file and process are read.
        folder : str
            The folder that was chosen for its diary, "" for that of the connection file.
        """
        # Read now: jupyter_client empties the path when the kernel is gone.
        path = getattr(manager, "connection_file", "") or ""
        if not os.path.isabs(path):
            return None
        kind, process = getattr(manager, "kernel_name", "") or "", internals.process_of(manager)
        beside = Diary.beside(path)
        chosen = Diary(os.path.join(folder, os.path.basename(beside.folder))) if folder else None
        return cls(kernel_id, beside, path, manager.session.key, kind, process, chosen)

    @property
    def diary(self) -> Diary:
        """Its diary."""
        return self.beside if self.chosen is None or self.beside.holds_plots else self.chosen

    @property
    def diaries(self) -> list[Diary]:
        """All places where its diary may be."""
        return [self.beside] if self.chosen is None else [self.chosen, self.beside]

    def remove(self) -> None:
        """Remove what the kernel has written.

        Raises
        ------
        OSError
            A part of it cannot be removed.
        """
        for diary in self.diaries:
            diary.remove()

    @property
    def has_connection_file(self) -> bool:
        """Whether the connection file is there."""
        return os.path.exists(self.connection_file)

    @property
    def is_users(self) -> bool:
        """Whether the kernel runs as the user who runs the server: what the server makes for it is the kernel's then.

        Where that cannot be known, only a diary that the kernel has made itself says so.
        """
        try:
            return is_ours(os.lstat(self.diary.folder))
        except OSError:
            if not os.path.isdir("/proc/self"):  # elsewhere than on Linux it cannot be asked
                return True
        name = os.path.basename(self.connection_file).encode()
        processes = [self.process] if self.process else []
        for process in processes:  # sudo and others start the kernel as their child
            with suppress(OSError):
                folder = Path(f"/proc/{process}")
                if name in (folder / "cmdline").read_bytes() and folder.stat().st_uid != os.getuid():
                    return False
                processes += map(int, (folder / f"task/{process}/children").read_text().split())
        return bool(processes)

    @property
    def holds_plots(self) -> bool:
        """Whether the diary holds settings, figures or data, and not only its owner."""
        return self.diary.holds_plots
