"""The outcome of a request that concerns one figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class FigureOutcome(NamedTuple):
    """The outcome of a request that concerns one figure.

    Attributes
    ----------
    found : bool
        Whether there is such a figure, alive or offered.
    refusal : str
        Why nothing was done, a sentence; "" where it was.
    data : str
        The bytes that were asked for, in base64. An answer is one reply to the client that asked: iopub could carry
        bytes as they are, but to every page.
    """

    found: bool = True
    refusal: str = ""
    data: str = ""

    @classmethod
    def unknown(cls) -> FigureOutcome:
        """Return the outcome where there is no such figure."""
        return cls(found=False)

    @classmethod
    def refused(cls, why: str) -> FigureOutcome:
        """Return the outcome where nothing was done."""
        return cls(refusal=why)

    def to_json(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """Return it with the plot state after it, as `from_json` reads it."""
        return {**self._asdict(), "state": dict(state)}

    @classmethod
    def from_json(cls, data: Any) -> FigureOutcome:
        """Return the outcome that an agent has answered.

        Raises
        ------
        ValueError
            It is not an outcome.
        """
        kinds = {"found": bool, "refusal": str, "data": str}
        if not isinstance(data, dict) or any(type(data.get(key)) is not kind for key, kind in kinds.items()):
            raise ValueError("what it has answered is no outcome")
        return cls(**{key: data[key] for key in kinds})
