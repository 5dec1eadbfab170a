"""The agent: the part of jupyter-mpl-guard that runs inside the user's kernel.

It watches the plotting settings after each cell, keeps them in the kernel's diary and restores them in the next
incarnation of the kernel. It needs the standard library, IPython and ipykernel, and imports Matplotlib only in a
kernel whose last incarnation had imported it. It lives in ``sys.modules`` as one private module.
"""

from __future__ import annotations

from typing import Any

from .internals.ipython import can_publish
from .lifecycle import Agent
from .magic.registration import Magic
from .pickling import search_path  # noqa: F401 - it looks at `sys.path` before the first cell
from .protocol import ON_FIGURES, QUESTIONS, UNSUPPORTED, Request

same_process = False
"""Whether this module took the place of another version's in a running kernel."""

_agent: Agent | None = None
_magic: Magic | None = None


def install(request: Request | None = None) -> Agent | None:
    """Start the agent in this kernel, or find it running.

    Parameters
    ----------
    request : protocol.Request, optional
        What the server knows of this incarnation.

    Returns
    -------
    lifecycle.Agent or None
        None outside of an IPython kernel.
    """
    global _agent, _magic
    if _agent is None:
        from IPython import get_ipython

        shell = get_ipython()
        kernel = getattr(shell, "kernel", None)
        if not can_publish(kernel):
            return None
        agent = Agent(shell, request or Request())
        try:
            agent.begin(same_process=same_process)
        except BaseException:
            agent.end()
            raise
        _agent, _magic = agent, Magic(shell, agent)
        _magic.register()
    return _agent


def uninstall() -> None:
    """Take the agent's hooks and its magic out of the kernel; the diary stays."""
    global _agent, _magic
    if _magic is not None:
        _magic.remove()
    if _agent is not None:
        _agent.end()
    _agent = _magic = None


def answer(data: dict[str, Any]) -> Any:
    """Do what the server asks for and return the plot state in a form that user expressions send as JSON.

    Parameters
    ----------
    data : dict
        See `protocol.Request.from_json`.

    Returns
    -------
    IPython.display.JSON
        The plot state, with status ``error`` and a sentence where the request failed; what came of a request that
        concerns one figure, see `protocol.Outcome`; what was asked for where it is a question.

    Raises
    ------
    ValueError
        The request is none that a server can mean.
    """
    from IPython.display import JSON

    request = Request.from_json(data)
    begins = _agent is None
    agent = install(request)
    if agent is None:
        return JSON(UNSUPPORTED)
    if request.action in ON_FIGURES:
        return JSON(agent.need_responder().answer_on_figure(request).to_json(agent.state()))
    if request.action in QUESTIONS:
        return JSON(agent.need_responder().answer(request.action))
    if not (begins and request.action == "begin"):
        agent.need_responder().respond(request)
    return JSON(agent.state())
