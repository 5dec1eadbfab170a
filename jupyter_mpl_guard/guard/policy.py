"""What the guard is to do, as traits, settings page and REST call set it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Figures = Literal["crash", "always", "never"]


@dataclass(frozen=True)
class Policy:
    """The policy in force for all kernels of a server.

    Attributes
    ----------
    enabled : bool
        Whether kernels are guarded at all.
    figures : {"crash", "always", "never"}
        After which end of a kernel its figures come back by themselves.
    """

    enabled: bool = True
    figures: Figures = "crash"
