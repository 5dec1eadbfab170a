"""Which kernel belongs to which notebook: those that the server's sessions name, and where they are moved to."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from logging import Logger
from typing import Any, NamedTuple

from jupyter_core.utils import ensure_async
from jupyter_server.services.contents.filemanager import FileContentsManager
from jupyter_server.services.contents.manager import ContentsManager

from .. import internals

CONTENTS_EVENTS = "https://events.jupyter.org/jupyter_server/contents_service/v1"
"""jupyter_server's own event; it fires for what is renamed or deleted by the REST API, open or not."""

PATH_SECONDS = 3.0
"""Seconds that a page which is far away may take to tell the path of the notebook whose kernel it has started."""

_ACCESS = re.compile("token|secret|passw|credential|access_key|private|session|expir", re.IGNORECASE)
"""Parts of the names of settings that give access."""


class Start(NamedTuple):
    """The start of a kernel for a session.

    Attributes
    ----------
    path : str
        The session's path, as the contents manager has it.
    predecessor : str or None
        The kernel that the session has had until now, which is shut down next.
    """

    session: str
    path: str
    predecessor: str | None = None


class Notebooks:
    """The notebooks that kernels were started for.

    Parameters
    ----------
    contents : jupyter_server.services.contents.manager.ContentsManager
        Says where the documents are, and whether one is there.
    log : logging.Logger
        Where to log what could not be found out.
    """

    def __init__(self, contents: Any, log: Logger) -> None:
        self._contents = contents
        self._log = log
        self._kernels: dict[str, Start] = {}
        self._path_known: dict[str, asyncio.Event] = {}
        self._changed: Callable[[str], None] = lambda kernel_id: None

    def on_change(self, changed: Callable[[str], None]) -> None:
        """Call a function with the id of each kernel whose notebook is another, or has another path, from now on."""
        self._changed = changed

    def assign_first(self, kernel_id: str, start: Start) -> None:
        """Record what a kernel is started for, unless that is known."""
        self._kernels.setdefault(kernel_id, start)

    def assign(self, kernel_id: str, session: str, path: str) -> None:
        """Record a session's kernel and path; a kernel belongs to the first session that it has had."""
        start = self._kernels.get(kernel_id)
        if path and (start is None or (start.session == session and start.path != path)):
            self._kernels[kernel_id] = Start(session, path)
            self._changed(kernel_id)
            self._notify(kernel_id)

    def latest_of(self, session: str) -> str | None:
        """Return the kernel that a session has had last."""
        kernels = [kernel_id for kernel_id, start in self._kernels.items() if start.session == session]
        return kernels[-1] if kernels else None

    def of(self, kernel_id: str) -> str | None:
        """Return the address of a kernel's notebook, None where it has none."""
        start = self._kernels.get(kernel_id)
        return None if start is None else self.address(start.path)

    async def wait_for_path(self, kernel_id: str) -> None:
        """Wait until the path of a kernel's notebook is known, if one is to be expected, or for a while."""
        start = self._kernels.get(kernel_id)
        if start is not None and internals.PLACEHOLDER.fullmatch(start.path):
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._path_known.setdefault(kernel_id, asyncio.Event()).wait(), PATH_SECONDS)

    async def is_there(self, kernel_id: str) -> bool:
        """Return whether a kernel's notebook exists; a console has a path, too, but nothing is there."""
        start = self._kernels.get(kernel_id)
        try:
            if start is None or await ensure_async(self._contents.file_exists(start.path)):
                return start is not None
            if isinstance(self._contents, FileContentsManager):
                os.stat(self.address(start.path))  # an error that passes says nothing of the file
            return False
        except (FileNotFoundError, NotADirectoryError):
            return False
        except Exception as error:  # of a contents manager of whatever kind
            self._log.debug("mpl-guard: whether %s exists cannot be found out (%s)", start, error)
            return True

    def address(self, path: str) -> str:
        """Return what names a notebook among all that the user has, whatever the server's root folder is."""
        contents, path = self._contents, path.strip("/")
        root = str(getattr(contents, "root_dir", ""))
        if isinstance(contents, FileContentsManager):
            return os.path.realpath(os.path.join(root, *path.split("/")))
        return f"{type(contents).__module__}.{type(contents).__qualname__}:{root}{_place_of(contents)}:{path}"

    def renamed(self, old: str, new: str) -> None:
        """Record that a notebook or a folder has another path of the contents manager."""
        for kernel_id, start in list(self._kernels.items()):
            path = moved(start.path.strip("/"), old.strip("/"), new.strip("/"))
            if path is None:  # it may have been opened through a link
                below = moved(self.address(start.path), self.address(old), "")
                path = None if below is None else new.strip("/") + below
            if path is not None:
                self._kernels[kernel_id] = start._replace(path=path)
                self._changed(kernel_id)

    def drop(self, kernel_id: str) -> None:
        """Forget a kernel that has ended."""
        self._kernels.pop(kernel_id, None)
        self._notify(kernel_id)

    def _notify(self, kernel_id: str) -> None:
        known = self._path_known.pop(kernel_id, None)
        if known is not None:
            known.set()


def _place_of(contents: Any) -> str:
    """Return a hash of all that is configured of a contents manager: it tells its places, such as buckets, apart.

    What gives access is left out: it changes, and the place does not.
    """
    names = sorted(set(contents.trait_names(config=True)) - {"root_dir", *ContentsManager.class_trait_names()})
    places = {name: _without_access(getattr(contents, name, None)) for name in names if not _ACCESS.search(name)}
    places = {name: value for name, value in places.items() if value}
    return f"#{sha256(json.dumps(places, sort_keys=True).encode()).hexdigest()[:16]}" if places else ""


def _without_access(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _without_access(each) for key, each in value.items() if not _ACCESS.search(str(key))}
    if isinstance(value, (list, tuple)):
        return [_without_access(each) for each in value]
    return value if isinstance(value, (str, int, float, bool)) else None


def moved(address: str, old: str, new: str) -> str | None:
    """Return a notebook's address after something was moved from `old` to `new`, None where that did not move it."""
    if address == old:
        return new
    below = address.removeprefix(old)
    return new + below if below != address and below[0] in {"/", os.sep} else None
