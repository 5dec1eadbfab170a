"""Why the guard does not do what it is asked for; the REST API makes an error response of each."""

from __future__ import annotations

from collections.abc import Sequence

from .. import messages
from ..server_checks.check import CheckDocument
from .phase import KernelPhase


class UnknownKernel(KeyError):
    """There is no kernel of this id."""


class UnknownFigure(KeyError):
    """A kernel has no figure of this id, alive or offered."""


class KernelUnusable(RuntimeError):
    """The kernel is dead or does not run Python, or cannot do this; the text is a sentence for the user."""


class KernelBusy(RuntimeError):
    """The kernel cannot be asked now, or has not answered in time; the text is a sentence for the user.

    Attributes
    ----------
    kept : sequence of CheckDocument
        What a diagnosis after its last restore has found.
    """

    def __init__(self, sentence: str, kept: Sequence[CheckDocument] = ()) -> None:
        super().__init__(sentence)
        self.kept = kept


class TooManyRequests(RuntimeError):
    """Too many different requests wait for the kernel; the text is a sentence for the user."""


def refusal_of(phase: KernelPhase) -> str:
    """Return why a kernel in a phase cannot be used, "" where it can."""
    return {KernelPhase.DEAD: messages.DEAD, KernelPhase.UNSUPPORTED: messages.NOT_PYTHON}.get(phase, "")
