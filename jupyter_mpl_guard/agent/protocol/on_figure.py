"""Requests that concern one figure: how it is to be drawn, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .checks import checked, one_of

FORMATS = ("png", "svg", "pdf")
"""Formats in which figures are exported."""

MOST_DPI = 2400
"""Dots per inch that an export may have."""


class Drawing(NamedTuple):
    """How a figure is to be exported: arguments of `Figure.savefig`, of which those that are None are left out.

    Attributes
    ----------
    format : str
        One of `FORMATS`.
    dpi : float or None
        Dots per inch.
    transparent : bool or None
        Whether what is behind the axes can be seen through.
    """

    format: str = "png"
    dpi: float | None = None
    transparent: bool | None = None

    @property
    def options(self) -> dict[str, Any]:
        """What `Figure.savefig` is told beside the format."""
        options = {"dpi": self.dpi, "transparent": self.transparent}
        return {key: value for key, value in options.items() if value is not None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Drawing:
        """Return what a request says of it.

        Raises
        ------
        ValueError
            A value is not one of those that its key may have.
        """
        dpi, transparent = data.get("dpi"), data.get("transparent")
        if dpi is not None and (type(dpi) not in (int, float) or not 0 < dpi <= MOST_DPI):
            raise ValueError(f"'dpi' of a request has to be a number above 0, {MOST_DPI} at most, not {dpi!r}")
        if transparent is not None:
            checked("transparent", transparent, bool)
        return cls(one_of("format", data.get("format"), FORMATS), dpi, transparent)


class Outcome(NamedTuple):
    """What came of a request that concerns one figure.

    Attributes
    ----------
    found : bool
        Whether there is such a figure, alive or offered.
    refusal : str
        Why nothing was done, a sentence; "" where it was.
    data : str
        The bytes that were asked for, in base64. An answer is one reply to who has asked: iopub could carry bytes as
        they are, but to every page.
    """

    found: bool = True
    refusal: str = ""
    data: str = ""

    @classmethod
    def unknown(cls) -> Outcome:
        """Return that there is no such figure."""
        return cls(found=False)

    @classmethod
    def refused(cls, why: str) -> Outcome:
        """Return that nothing was done."""
        return cls(refusal=why)

    def to_json(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """Return it with the plot state after it, as `from_json` reads it."""
        return {**self._asdict(), "state": dict(state)}

    @classmethod
    def from_json(cls, data: Any) -> Outcome:
        """Return the outcome that an agent has answered.

        Raises
        ------
        ValueError
            It is none.
        """
        kinds = {"found": bool, "refusal": str, "data": str}
        if not isinstance(data, dict) or any(type(data.get(key)) is not kind for key, kind in kinds.items()):
            raise ValueError("what it has answered is no outcome")
        return cls(**{key: data[key] for key in kinds})
