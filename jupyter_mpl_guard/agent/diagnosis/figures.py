"""The check of figures: whether so many are open that they fill the memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..internals.pyplot import registered_managers
from . import sentences
from .check import Finding, ok, problem

if TYPE_CHECKING:
    from .facts import KernelFacts

MOST_OPEN = 20
"""Open figures that are usual; Matplotlib warns of more, too, unless ``figure.max_open_warning`` says otherwise."""

PIXEL_BYTES = 4


def are_few(facts: KernelFacts) -> Finding:
    """Check that not too many figures are open."""
    managers = registered_managers()
    if len(managers) <= MOST_OPEN:
        return ok(
            sentences.ONE_FIGURE if len(managers) == 1 else sentences.FEW_FIGURES.format(count=len(managers) or "No")
        )
    held = sum(map(_picture_bytes, managers)) + sum(each["bytes"] or 0 for each in facts.figures if each["open"])
    mib = max(1, round(held / 2**20))
    return problem(sentences.MANY_FIGURES.format(count=len(managers), mib=mib), sentences.CLOSE_ALL)


def _picture_bytes(manager: Any) -> float:
    """Return how much the picture of a figure takes, once it has been drawn."""
    try:
        box = manager.canvas.figure.bbox
        return float(box.width * box.height * PIXEL_BYTES)
    except Exception:
        return 0.0
