"""The agent: the part of jupyter-mpl-guard that runs inside the user's kernel.

It watches the plotting settings after each cell, keeps them in the kernel's diary and restores them in the next
incarnation of the kernel. It needs the standard library, IPython and ipykernel, and imports Matplotlib only in a
kernel whose last incarnation had imported it. It lives in ``sys.modules`` as one private module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .lifecycle import Agent
    from .magic.registration import Magic
    from .protocol import Begin

same_process = False
"""Whether this module took the place of another version's in a running kernel."""

_agent: Agent | None = None
_magic: Magic | None = None


def install(request: Begin | None = None) -> Agent | None:
    """Start the agent in this kernel, or return the running one.

    Parameters
    ----------
    request : protocol.Begin, optional
        What the server knows of this incarnation.

    Returns
    -------
    lifecycle.Agent or None
        None outside of an IPython kernel.
    """
    global _agent, _magic
    if _agent is None:
        from IPython import get_ipython

        from .internals.ipython import can_publish
        from .lifecycle import Agent
        from .magic.registration import Magic
        from .protocol import Begin

        shell = get_ipython()
        kernel = getattr(shell, "kernel", None)
        if not can_publish(kernel):
            return None
        agent = Agent(shell, request or Begin())
        try:
            agent.begin(same_process=same_process)
        except BaseException:
            agent.end()
            raise
        _agent, _magic = agent, Magic(shell, agent)
        _magic.register()
    return _agent


def uninstall() -> None:
    """Remove the agent's hooks and its magic from the kernel; the diary stays."""
    global _agent, _magic
    if _magic is not None:
        _magic.remove()
    if _agent is not None:
        _agent.end()
    _agent = _magic = None


def answer(data: dict[str, Any]) -> Any:
    """Carry out a request of the server and return the plot state in a form that user expressions send as JSON.

    Parameters
    ----------
    data : dict
        What `protocol.request_from_json` takes.

    Returns
    -------
    IPython.display.JSON
        The plot state, with status ``error`` and a sentence where the request failed; the outcome of a request that
        concerns one figure, see `protocol.FigureOutcome`; the answer to a question.

    Raises
    ------
    ValueError
        The request is not one that a server can send.
    """
    from IPython.display import JSON

    from .protocol import UNSUPPORTED, Begin, request_from_json

    request = request_from_json(data)
    if _agent is None and isinstance(request, Begin):
        agent = install(request)
        return JSON(UNSUPPORTED if agent is None else agent.state())
    agent = install()
    return JSON(UNSUPPORTED if agent is None else agent.need_responder().respond(request))
