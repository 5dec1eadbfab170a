"""The server's sessions: for which notebook a kernel is started, and what that notebook is called later."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from logging import Logger
from typing import Any

from .. import internals
from ..method_wrapping import argument, wrap_method
from .notebooks import Notebooks, Start

_starting: ContextVar[Start | None] = ContextVar("starting", default=None)


class SessionListener:
    """Listen to the session manager's methods, as far as it has them.

    A session's row is saved only when its kernel has started, which is too late: its agent begins with the start. So
    what is being started travels in a context variable: the event of the start is emitted, and its listeners are
    called, in tasks of the request that starts the kernel.

    Parameters
    ----------
    sessions : jupyter_server.services.sessions.sessionmanager.SessionManager
        Its methods that start, save and change a session are wrapped until `close`.
    notebooks : Notebooks
        Records what they say.
    log : logging.Logger
        Where to log what could not be found out.
    """

    def __init__(self, sessions: Any, notebooks: Notebooks, log: Logger) -> None:
        self._sessions = sessions
        self._notebooks = notebooks
        self._log = log
        wrappers = {
            internals.STARTS_KERNEL: self._start,
            internals.SAVES_SESSION: self._save,
            internals.UPDATES_SESSION: self._update,
        }
        self._unwrap = [wrap_method(sessions, *each) for each in wrappers.items() if hasattr(sessions, each[0])]

    def close(self) -> None:
        """Unwrap the session manager's methods."""
        for unwrap in self._unwrap:
            unwrap()

    def note_start(self, kernel_id: str) -> str | None:
        """Record what a kernel is being started for; return its predecessor, if it has one that lives."""
        start = _starting.get()
        if start is None:
            return None
        self._notebooks.assign_first(kernel_id, start)
        return start.predecessor

    async def _start(self, start: Callable[..., Awaitable[str]], *args: Any, **kwargs: Any) -> str:
        session, path = argument(0, "session_id", args, kwargs), argument(1, "path", args, kwargs)
        token = _starting.set(Start(session, path, self._notebooks.latest_of(session)) if path else None)
        try:
            return await start(*args, **kwargs)
        finally:
            _starting.reset(token)

    async def _save(self, save: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        model = await save(*args, **kwargs)
        self._assign(model)
        return model

    async def _update(self, update: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        answer = await update(*args, **kwargs)
        session = argument(0, "session_id", args, kwargs)
        try:
            self._assign(await self._sessions.get_session(session_id=session))
        except Exception as error:  # its kernel has been culled meanwhile
            self._log.debug("mpl-guard: session %s is gone (%s)", session, error)
        return answer

    def _assign(self, model: Any) -> None:
        try:
            session, kernel_id, path = model["id"], model["kernel"]["id"], model["path"]
        except (KeyError, TypeError):
            return
        self._notebooks.assign(kernel_id, session, path)
