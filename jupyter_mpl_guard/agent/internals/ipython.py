"""IPython: which names are the user's, what has been run, how figures are shown; and the kernel around it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..protocol import TOPIC
from .names import relies_on

CELL_ID_LENGTH = 256
"""Maximum length of the id of a cell in bytes; nbformat allows 64 characters."""


@relies_on(
    "IPython.core.interactiveshell.InteractiveShell.user_ns_hidden",
    since="IPython 8.0 or before",
    lost="figures that a start-up file has bound count as the user's; restored names may be missing in ``%who``",
    instead="no name counts as hidden",
)
def hidden_names(shell: Any) -> dict[str, Any]:
    """Return name to value for what is not the user's: what IPython and start-up files have bound."""
    return getattr(shell, "user_ns_hidden", {})


_HISTORY = re.compile(r"(_{1,3}|_i{1,3}|_i?\d+|_[iod]h|In|Out)$")

IN_NAMESPACE = frozenset({"exit", "quit", "get_ipython", "open"})
"""Functions that IPython binds; documented, as what `is_of_history` finds."""


def is_of_history(name: str) -> bool:
    """Return whether IPython binds a name to inputs or results of cells."""
    return _HISTORY.match(name) is not None


def binds_names(shell: Any) -> bool:
    """Return whether a name is bound that neither IPython nor a start-up file has bound."""
    hidden = hidden_names(shell)
    return any(
        not (name.startswith("_") or is_of_history(name)) and hidden.get(name, _NOTHING) is not value
        for name, value in list(shell.user_ns.items())
    )


def show_name(shell: Any, name: str) -> None:
    """Mark a name that was bound on the user's behalf as the user's."""
    hidden_names(shell).pop(name, None)


@relies_on(
    "IPython.core.extensions.ExtensionManager.loaded",
    since="IPython 8.0 or before",
    lost="extensions that cells have loaded are not loaded again after a crash",
    instead="none counts as loaded",
)
def loaded_extensions(shell: Any) -> frozenset[str]:
    """Return the names of the extensions that are loaded."""
    return frozenset(getattr(getattr(shell, "extension_manager", None), "loaded", ()))


@relies_on(
    "debugpy._vendored.pydevd._pydevd_bundle",
    since="debugpy 1.0, which ipykernel starts for the debugger of JupyterLab",
    lost="a debugger stops in the agent's code, and is slowed down by it",
    instead="its tracer stays while the agent is at work",
)
def is_debuggers(kind: type) -> bool:
    """Return whether objects of a class are tracers of ipykernel's debugger, in C."""
    return kind.__module__.startswith("_pydevd")


@relies_on(
    "IPython.core.history.HistoryManager.input_hist_raw",
    since="IPython 8.0 or before",
    lost="what a cell sets while a restore is under way may be set back by it",
    instead="no cell counts as run",
)
def inputs(shell: Any) -> list[str]:
    """Return the cells that have been run in this process, as they were typed; the first is always empty."""
    return getattr(shell.history_manager, "input_hist_raw", [])


def is_of_shell(name: str, value: Any) -> bool:
    """Return whether a global name is one that IPython has bound, in this process as in the next."""
    from IPython import get_ipython

    return hidden_names(get_ipython()).get(name, _NOTHING) is value or name.startswith("__")


_NOTHING: Any = object()


@relies_on(
    "ipykernel.kernelbase.Kernel.iopub_socket",
    since="ipykernel 6.7 or before",
    lost="the guard does nothing in this kernel, and says that it does not support it",
    instead="the kernel counts as one that is not ipykernel's",
)
def _iopub_socket(kernel: Any) -> Any:
    return getattr(kernel, "iopub_socket", None)


def can_publish(kernel: Any) -> bool:
    """Return whether a kernel can send messages to all its clients; None cannot."""
    return _iopub_socket(kernel) is not None


def publish(kernel: Any, message_type: str, content: dict[str, Any]) -> None:
    """Send a message to all clients of a kernel, as one that belongs to the present request."""
    kernel.session.send(_iopub_socket(kernel), message_type, content, parent=_parent(kernel), ident=TOPIC)


@relies_on(
    "ipykernel.kernelbase.Kernel.get_parent",
    since="ipykernel 6",
    lost="a silent request of a client does not restore the settings when it needs them; the next cell does",
    instead="no request counts as being carried out",
)
def _parent(kernel: Any) -> dict[str, Any]:
    get_parent = getattr(kernel, "get_parent", None)
    return get_parent("shell") if get_parent is not None else {}


def request_content(kernel: Any) -> dict[str, Any]:
    """Return the content of the request that a kernel carries out on its shell channel; empty where there is none."""
    return _parent(kernel).get("content", {})


def expressions_in(content: dict[str, Any]) -> list[str]:
    """Return the expressions that a request wants evaluated besides its code."""
    return list(map(str, (content.get("user_expressions") or {}).values()))


def request_id(kernel: Any) -> str:
    """Return the id of the request that a kernel carries out on its shell channel, "" where there is none."""
    return str(_parent(kernel).get("header", {}).get("msg_id", ""))


def is_comm_message(kernel: Any) -> bool:
    """Return whether a kernel carries out a message between a widget and its page."""
    return str(_parent(kernel).get("header", {}).get("msg_type", "")).startswith("comm_")


def cell_id(kernel: Any) -> str | None:
    """Return the id of the notebook's cell that a kernel runs, None where its client does not send one.

    ipykernel hands it to IPython since 6.14 only; the request has it in any case.
    """
    value = _parent(kernel).get("metadata", {}).get("cellId")
    try:
        return value if isinstance(value, str) and 0 < len(value.encode()) <= CELL_ID_LENGTH else None
    except UnicodeEncodeError:  # half of a surrogate pair: no text that can be sent on
        return None


@relies_on(
    "ipykernel.kernelbase.Kernel.shell_channel_thread",
    since="ipykernel 7",
    lost="work in an idle kernel is not given up when a cell comes",
    instead="the stream of the shell channel is looked at",
)
@relies_on(
    "ipykernel.subshell_manager.SubshellManager.get_shell_channel_to_subshell_pair",
    since="ipykernel 7",
    lost="work in an idle kernel is not given up when a cell comes",
    instead="no message counts as waiting",
)
@relies_on(
    "ipykernel.kernelbase.Kernel.shell_stream",
    since="ipykernel 6",
    lost="work in an idle kernel is not given up when a cell comes",
    instead="no message counts as waiting",
)
def _shell_socket(kernel: Any) -> Any:
    """Return the socket from which the main thread gets the messages of the shell channel, None where there is none."""
    thread = getattr(kernel, "shell_channel_thread", None)
    if thread is None:
        return getattr(getattr(kernel, "shell_stream", None), "socket", None)
    pair_of = getattr(getattr(thread, "manager", None), "get_shell_channel_to_subshell_pair", None)
    return getattr(pair_of(None), "to_socket", None) if pair_of is not None else None


def message_waits(kernel: Any) -> Callable[[], bool]:
    """Return a function that returns whether a message of the shell channel may wait; for any thread.

    It polls the socket's descriptor, which is readable when something has arrived that has not been looked at.
    To poll the socket itself would take its notification from the event loop.
    """
    import zmq

    socket = _shell_socket(kernel)
    if socket is None or getattr(socket, "closed", False) or not hasattr(socket, "FD"):
        return lambda: False
    poller = zmq.Poller()
    poller.register(socket.FD, zmq.POLLIN)
    return lambda: bool(poller.poll(0))


def has_line_magic(shell: Any, name: str) -> bool:
    """Return whether there is a line magic of a name, including aliases and those that are imported when used."""
    manager = shell.magics_manager
    return name in manager.lsmagic()["line"] or name in getattr(manager, "lazy_magics", {})


@relies_on(
    "IPython.core.magic.MagicsManager.user_magics",
    since="IPython 8.0 or before; there is no call that takes a magic back",
    lost="the function of ``%mpl_guard`` stays in memory after the agent has been taken out",
    instead="the name alone is removed",
)
def remove_line_magic(shell: Any, name: str, function: Any) -> None:
    """Remove a line magic if it is this function: the user may have put another one in its place."""
    manager = shell.magics_manager
    if manager.magics["line"].get(name) is function:
        del manager.magics["line"][name]
    owner = getattr(manager, "user_magics", None)
    if getattr(owner, name, None) is function:
        delattr(owner, name)
