"""The agent: the part of jupyter-mpl-guard that runs inside the user's kernel.

It watches the plotting settings after each cell, keeps them in the kernel's diary and brings them back in the next
incarnation of the kernel. It needs the standard library, IPython and ipykernel, and imports Matplotlib only in a
kernel whose last incarnation had imported it. It lives in ``sys.modules`` as one private module.
"""

from . import lifecycle, protocol
from .internals.ipykernel import can_publish

same_process = False
"""Whether this module took the place of another version's in a running kernel."""

_agent = None


def install(request=None):
    """Start the agent in this kernel, or find it running.

    Parameters
    ----------
    request : dict, optional
        What the server knows of this incarnation; see `watcher.Agent.begin`.

    Returns
    -------
    lifecycle.Agent or None
        None outside an IPython kernel.
    """
    global _agent
    if _agent is None:
        from IPython import get_ipython

        shell = get_ipython()
        kernel = getattr(shell, "kernel", None)
        if not can_publish(kernel):
            return None
        agent = lifecycle.Agent(shell)
        try:
            agent.begin({**(request or {}), "same_process": same_process})
        except BaseException:
            agent.end()
            raise
        _agent = agent
    return _agent


def uninstall():
    """Take the agent's hooks out of the kernel; the diary stays."""
    global _agent
    if _agent is not None:
        _agent.end()
    _agent = None


def answer(request):
    """Do what the server asks for and return the plot state in a form that user expressions send as JSON.

    Parameters
    ----------
    request : dict
        ``action`` is ``begin`` (a new incarnation), ``reinit``, ``pause`` or ``forget``; the other keys are those of
        the agent's method of that name.

    Returns
    -------
    IPython.display.JSON
        The plot state, with status ``error`` and a sentence where the request failed.
    """
    from IPython.display import JSON

    fresh = _agent is None
    agent = install(request)
    if agent is None:
        return JSON(protocol.UNSUPPORTED)
    action = request.get("action")
    if action in ("reinit", "pause", "forget") or (action == "begin" and not fresh):
        agent.respond(action, request)
    return JSON(agent.state())
