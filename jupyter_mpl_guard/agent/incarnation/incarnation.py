"""What all parts of the agent share in one incarnation."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..interrupts import Interrupts
from ..protocol import Begin
from ..safe_hook import SafeHook
from ..state.reporter import StateReporter
from ..storage.disk.names import Signer
from ..timers import KernelLoop
from .lazy_diary import LazyDiary


class Incarnation(NamedTuple):
    """One life of a kernel.

    Attributes
    ----------
    shell : ipykernel.zmqshell.ZMQInteractiveShell
        The kernel's shell.
    request : protocol.Begin
        What the server knows of it.
    safe_hook : safe_hook.SafeHook
        Wraps what others call.
    interrupts : interrupts.Interrupts
        Keeps those that come in a hook.
    loop : timers.KernelLoop
        The kernel's event loop.
    diary : lazy_diary.LazyDiary
        The kernel's diary.
    signer : names.Signer
        Who signs it.
    reporter : reporter.StateReporter
        Writes and publishes the plot state.
    """

    shell: Any
    request: Begin
    safe_hook: SafeHook
    interrupts: Interrupts
    loop: KernelLoop
    diary: LazyDiary
    signer: Signer
    reporter: StateReporter
