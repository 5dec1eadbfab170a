"""The check of sessions: whether several notebooks share one kernel, and with it Matplotlib's state."""

from __future__ import annotations

from typing import Any

from .. import messages
from .check import CheckDocument, ok, problem, unknown

NOTEBOOKS = "notebooks"


async def one_notebook(sessions: Any, kernel_id: str) -> CheckDocument:
    """Check that at most one notebook uses a kernel; consoles of a notebook share its kernel on purpose.

    Parameters
    ----------
    sessions : jupyter_server.services.sessions.sessionmanager.SessionManager
        Its sessions name the notebooks and their kernels.
    """
    try:
        models = await sessions.list_sessions()
    except Exception as error:
        return unknown(NOTEBOOKS, messages.NO_SESSIONS.format(error=error))
    paths = {
        model["path"]
        for model in models
        if (model.get("kernel") or {}).get("id") == kernel_id and model.get("type") == "notebook"
    }
    if len(paths) > 1:
        return problem(NOTEBOOKS, messages.shared_kernel(sorted(paths)), messages.GIVE_KERNELS)
    return ok(NOTEBOOKS, messages.OWN_KERNEL)
