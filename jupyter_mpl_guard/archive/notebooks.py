"""Whose kernel is whose: the notebooks that the server's sessions name, and where they are moved to."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from logging import Logger
from typing import Any, NamedTuple

from jupyter_core.utils import ensure_async
from jupyter_server.services.contents.filemanager import FileContentsManager

from ..method_wrapping import interpose
from .store import moved

CONTENTS_EVENTS = "https://events.jupyter.org/jupyter_server/contents_service/v1"
"""jupyter_server's own event; it fires for what is renamed or deleted by the REST API, open or not."""


PLACEHOLDER = re.compile(r"(.*/)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Paths that stand for one that is told later.

JupyterLab and Notebook 7 have a session started under a UUID in the notebook's folder, and tell its path when its
kernel has started (`SessionContext`, JupyterLab 1 to 4.6). Where they no longer do, no path looks like that.
"""


class Start(NamedTuple):
    """The start of a kernel for a session.

    Attributes
    ----------
    session : str
        The session's id.
    path : str
        The session's path, as the contents manager has it.
    predecessor : str or None
        The kernel that the session has had until now, which is shut down next.
    """

    session: str
    path: str
    predecessor: str | None = None


_starting: ContextVar[Start | None] = ContextVar("starting", default=None)


class Notebooks:
    """Know which notebook a kernel was started for.

    A session's row is saved only when its kernel has started, which is too late: its agent begins with the start. So
    the session manager's public methods are listened to. What was being started travels in a context variable: the
    event of the start is emitted, and its listeners are called, in tasks of the request that starts the kernel.

    Parameters
    ----------
    sessions : jupyter_server.services.sessions.sessionmanager.SessionManager
        The server's sessions.
    contents : jupyter_server.services.contents.manager.ContentsManager
        The server's documents.
    changed : callable
        Is called with the id of a kernel whose notebook is another, or called otherwise, from now on.
    log : logging.Logger
        Where to say what could not be found out.
    """

    def __init__(self, sessions: Any, contents: Any, changed: Callable[[str], None], log: Logger) -> None:
        self._sessions, self._contents, self._changed, self._log = sessions, contents, changed, log
        self._kernels: dict[str, Start] = {}
        self._told: dict[str, asyncio.Event] = {}
        self._releases = [
            interpose(sessions, "start_kernel_for_session", self._start),
            interpose(sessions, "save_session", self._save),
            interpose(sessions, "update_session", self._update),
        ]

    def close(self) -> None:
        """Let go of the session manager."""
        for release in self._releases:
            release()

    # -- questions -------------------------------------------------------------------------------------------------

    def heard_start(self, kernel_id: str) -> str | None:
        """Take down what a kernel is being started for; return its predecessor, if it has one that lives."""
        start = _starting.get()
        if start is None:
            return None
        self._kernels.setdefault(kernel_id, start)
        return start.predecessor

    def of(self, kernel_id: str) -> str | None:
        """Return the address of a kernel's notebook, None where it has none."""
        start = self._kernels.get(kernel_id)
        return None if start is None else self.address(start.path)

    async def told(self, kernel_id: str) -> None:
        """Wait until the path of a kernel's notebook has been told, if one is to be expected."""
        start = self._kernels.get(kernel_id)
        if start is not None and PLACEHOLDER.fullmatch(start.path):
            await self._told.setdefault(kernel_id, asyncio.Event()).wait()

    async def is_there(self, kernel_id: str) -> bool:
        """Tell whether a kernel's notebook exists; a console has a path, too, but nothing is there."""
        start = self._kernels.get(kernel_id)
        try:
            return start is not None and bool(await ensure_async(self._contents.file_exists(start.path)))
        except Exception as error:  # of a contents manager of whatever kind
            self._log.debug("mpl-guard: whether %s exists cannot be found out (%s)", start, error)
            return True

    def address(self, path: str) -> str:
        """Return what names a notebook among all of the user's, whatever the server's root folder is."""
        contents, path = self._contents, path.strip("/")
        root = str(getattr(contents, "root_dir", ""))
        if isinstance(contents, FileContentsManager):
            return os.path.join(os.path.realpath(root), *path.split("/"))
        return f"{type(contents).__module__}.{type(contents).__qualname__}:{root}:{path}"

    def drop(self, kernel_id: str) -> None:
        """Forget a kernel that has ended."""
        self._kernels.pop(kernel_id, None)
        self._tell(kernel_id)

    def renamed(self, old: str, new: str) -> None:
        """Take down that a notebook or a folder is called otherwise, in paths of the contents manager."""
        for kernel_id, start in list(self._kernels.items()):
            path = moved(start.path.strip("/"), old.strip("/"), new.strip("/"))
            if path is not None:
                self._kernels[kernel_id] = start._replace(path=path)
                self._changed(kernel_id)

    # -- sessions --------------------------------------------------------------------------------------------------

    async def _start(
        self, start: Callable[..., Awaitable[str]], session_id: str, path: str | None, *args: Any, **kwargs: Any
    ) -> str:
        had = [kernel_id for kernel_id, each in self._kernels.items() if each.session == session_id]
        token = _starting.set(Start(session_id, path, had[-1] if had else None) if path else None)
        try:
            return await start(session_id, path, *args, **kwargs)
        finally:
            _starting.reset(token)

    async def _save(self, save: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        model = await save(*args, **kwargs)
        self._assign(model)
        return model

    async def _update(self, update: Callable[..., Awaitable[Any]], session_id: str, *args: Any, **kwargs: Any) -> Any:
        answer = await update(session_id, *args, **kwargs)
        try:
            self._assign(await self._sessions.get_session(session_id=session_id))
        except Exception as error:  # its kernel has been culled meanwhile
            self._log.debug("mpl-guard: session %s is gone (%s)", session_id, error)
        return answer

    def _assign(self, model: Any) -> None:
        """Take down a session's kernel and path; a kernel belongs to the first session that it has had."""
        try:
            session_id, kernel_id, path = model["id"], model["kernel"]["id"], model["path"]
        except (KeyError, TypeError):
            return
        start = self._kernels.get(kernel_id)
        if path and (start is None or (start.session == session_id and start.path != path)):
            self._kernels[kernel_id] = Start(session_id, path)
            self._changed(kernel_id)
            self._tell(kernel_id)

    def _tell(self, kernel_id: str) -> None:
        told = self._told.pop(kernel_id, None)
        if told is not None:
            told.set()
