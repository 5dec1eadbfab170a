"""Where kernels have their diaries: beside their connection files, or in a chosen folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from inspect import iscoroutine
from logging import Logger
from string import Template
from typing import Any, NamedTuple

from ... import messages
from ...agent.protocol import DIARY_DIR
from ...agent.storage import sentences
from ...agent.storage.disk.chosen import why_not


class DiaryPlace(NamedTuple):
    """Where the diary of a kernel is.

    Attributes
    ----------
    folder : str or None
        The folder in which it is, "" for that of the connection file; None where the kernel's environment decides.
    trouble : str
        Why it is not where it was chosen to be, a sentence for a person; "" where it is.
    """

    folder: str | None = ""
    trouble: str = ""


BESIDE = DiaryPlace()
"""Beside the connection file, where nothing else is chosen."""


class DiaryPlaces:
    """Find where the diaries of a server's kernels are.

    Parameters
    ----------
    folder : str
        The folder that the server's configuration names, "" where it names none.
    specs : jupyter_client.kernelspec.KernelSpecManager
        The server's kernel specifications; the environment in one of them comes first.
    log : logging.Logger
        Where to log, once, that a folder cannot be used.
    """

    def __init__(self, folder: str, specs: Any, log: Logger) -> None:
        self._folder = folder
        self._specs = specs
        self._log = log
        self._said: set[str] = set()

    @property
    def configured(self) -> str:
        """The folder that the server's configuration names, for kernels elsewhere whose environment names none."""
        return self._folder

    def of(self, manager: Any) -> DiaryPlace:
        """Return where a kernel has its diary; for one on another machine its agent finds that out."""
        if not os.path.isabs(getattr(manager, "connection_file", "") or ""):
            return DiaryPlace(None)
        try:
            environment = manager.kernel_spec.env
        except Exception:  # no specification, or one that cannot be read
            environment = {}
        folder = self._named(environment)
        why = why_not(folder) if folder else ""
        if not why:
            return DiaryPlace(folder.rstrip(os.sep))
        trouble = sentences.not_in_chosen(folder, why)
        if trouble not in self._said:
            self._said.add(trouble)
            self._log.warning(messages.LOG_NOT_IN_CHOSEN, trouble)
        return DiaryPlace("", trouble)

    def all(self) -> list[str]:
        """Return the folders that can be used, as configuration and specifications name them: call it in a thread."""
        try:
            found = self._specs.get_all_specs()
            if iscoroutine(found):  # of a gateway, on whose machine the folders of its kernels are
                found.close()
                found = {}
            specs = found.values()
        except Exception as error:  # of a manager of whatever kind
            self._log.debug("mpl-guard: kernel specifications cannot be read (%s)", error)
            specs = []
        named = {self._folder, *(self._named(each["spec"].get("env") or {}) for each in specs)}
        return sorted(folder.rstrip(os.sep) for folder in named if folder and not why_not(folder))

    def _named(self, environment: Mapping[str, str]) -> str:
        """Return the folder that a specification's environment names, else the server's own, else its configuration."""
        named = Template(str(environment.get(DIARY_DIR, ""))).safe_substitute(os.environ)  # as jupyter_client does
        return named or os.environ.get(DIARY_DIR, "") or self._folder
