"""The kernel: its connection to clients, the request that it carries out, and its comms."""

from __future__ import annotations

from typing import Any

from .names import relies_on


@relies_on(
    "ipykernel.kernelbase.Kernel.iopub_socket",
    since="ipykernel 6.7 or before",
    lost="the guard does nothing in this kernel, and says that it does not support it",
    instead="the kernel counts as one that is not ipykernel's",
)
def _iopub_socket(kernel: Any) -> Any:
    return getattr(kernel, "iopub_socket", None)


def can_publish(kernel: Any) -> bool:
    """Return whether a kernel is one that can send messages to all its clients; None is none."""
    return _iopub_socket(kernel) is not None


def publish(kernel: Any, message_type: str, content: dict[str, Any]) -> None:
    """Send a message to all clients of a kernel, as one that belongs to the present request."""
    kernel.session.send(_iopub_socket(kernel), message_type, content, parent=_parent(kernel))


@relies_on(
    "ipykernel.kernelbase.Kernel.get_parent",
    since="ipykernel 6",
    lost="a silent request of a client does not bring the settings back when it needs them; the next cell does",
    instead="no request counts as being carried out",
)
def _parent(kernel: Any) -> dict[str, Any]:
    get_parent = getattr(kernel, "get_parent", None)
    return get_parent("shell") if get_parent is not None else {}


def request_content(kernel: Any) -> dict[str, Any]:
    """Return the content of the request that a kernel carries out on its shell channel; empty where there is none."""
    return _parent(kernel).get("content", {})


@relies_on(
    "ipykernel.ipkernel.IPythonKernel.comm_manager",
    since="ipykernel 6.7 or before",
    lost="a canvas that a page closes while it loads has to be displayed again",
    instead="no comm counts as open, and none is registered again",
)
def comm_manager() -> Any:
    """Return what knows the open comms of this kernel, None where nothing does."""
    from IPython import get_ipython

    return getattr(getattr(get_ipython(), "kernel", None), "comm_manager", None)
