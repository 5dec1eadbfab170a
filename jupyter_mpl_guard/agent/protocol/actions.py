"""The requests that an agent gets once it has begun, each with its parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from .checks import checked, ids_or_member, member, one_of
from .wanted import Wanted

BACKEND = "[A-Za-z][A-Za-z0-9]*"
"""Pattern of backends that a `Reinit` may choose: not modules, whose code would run."""

FORMATS = ("png", "svg", "pdf")
"""Formats in which figures are exported."""

LEAST_DPI, MOST_DPI = 1, 2400
"""Dots per inch of an export, as `ExportRequest` of the OpenAPI document has them."""


@dataclass(frozen=True)
class Action:
    """One thing to do; the answer is the plot state."""

    name: ClassVar[str]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Action:
        """Return the request that a server has sent; unknown keys are ignored.

        Raises
        ------
        ValueError
            A value is not one of those that its key may have.
        """
        return cls()

    def to_json(self) -> dict[str, Any]:
        """Return the request as `from_json` reads it."""
        return {"action": self.name, **asdict(self)}


@dataclass(frozen=True)
class Reinit(Action):
    """Finish the restore that is under way, accept or end an offer, and choose a backend.

    Attributes
    ----------
    figures : Wanted or tuple of str
        Which figures to restore, or the ids of some.
    backend : str or None
        Name of a backend to choose, as ``%matplotlib`` takes it, None for the one in force.
    data : Wanted
        Which data to restore.
    """

    name = "reinit"

    figures: Wanted | tuple[str, ...] = Wanted.AUTO
    backend: str | None = None
    data: Wanted = Wanted.AUTO

    def to_json(self) -> dict[str, Any]:
        """Return the request as `from_json` reads it."""
        figures = self.figures.value if isinstance(self.figures, Wanted) else list(self.figures)
        return {"action": self.name, "figures": figures, "backend": self.backend, "data": self.data.value}

    @property
    def joins(self) -> bool:
        """Whether it asks for nothing but the restore that is under way."""
        return self == Reinit()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Reinit:
        """Return the request that a server has sent, see `Action.from_json`."""
        backend = data.get("backend")
        if backend is not None and not re.fullmatch(BACKEND, checked("backend", backend, str)):
            raise ValueError(f"'backend' of a request has to be a name as %matplotlib takes it, not {backend!r}")
        return cls(
            ids_or_member("figures", data.get("figures", Wanted.AUTO), Wanted),
            backend,
            member("data", data.get("data", Wanted.AUTO), Wanted),
        )


@dataclass(frozen=True)
class Pause(Action):
    """Stop watching, or resume.

    Attributes
    ----------
    paused : bool
        Whether to stop.
    message : str
        Why, for the user; "" to resume.
    """

    name = "pause"

    paused: bool
    message: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Pause:
        """Return the request that a server has sent, see `Action.from_json`."""
        return cls(checked("paused", data.get("paused"), bool), checked("message", data.get("message", ""), str))


@dataclass(frozen=True)
class Forget(Action):
    """Remove the diary, and write none until something changes."""

    name = "forget"


@dataclass(frozen=True)
class GetState(Action):
    """Return the plot state, and change nothing."""

    name = "tell"


@dataclass(frozen=True)
class OnFigure(Action):
    """Do something with one figure; answered by a `FigureOutcome`.

    Attributes
    ----------
    figure : str
        The figure's id.
    """

    figure: str

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> OnFigure:
        """Return the request that a server has sent, see `Action.from_json`."""
        return cls(checked("figure", data.get("figure"), str))


@dataclass(frozen=True)
class Close(OnFigure):
    """Close a figure, or dismiss one that is offered."""

    name = "close"


@dataclass(frozen=True)
class Export(OnFigure):
    """Draw a figure as `Figure.savefig` does; of its arguments, those that are None are left out.

    Attributes
    ----------
    format : str
        One of `FORMATS`.
    dpi : float or None
        Dots per inch, None for those of the kernel's settings.
    transparent : bool or None
        Whether the background is transparent, None for the kernel's settings.
    """

    name = "export"

    format: str
    dpi: float | None = None
    transparent: bool | None = None

    @property
    def options(self) -> dict[str, Any]:
        """Arguments of `Figure.savefig` besides the format."""
        options = {"dpi": self.dpi, "transparent": self.transparent}
        return {key: value for key, value in options.items() if value is not None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Export:
        """Return the request that a server has sent, see `Action.from_json`."""
        dpi, transparent = data.get("dpi"), data.get("transparent")
        if dpi is not None and (type(dpi) not in (int, float) or not LEAST_DPI <= dpi <= MOST_DPI):
            raise ValueError(f"'dpi' of a request has to be a number from {LEAST_DPI} to {MOST_DPI}, not {dpi!r}")
        if transparent is not None:
            checked("transparent", transparent, bool)
        figure = checked("figure", data.get("figure"), str)
        return cls(figure, one_of("format", data.get("format"), FORMATS), dpi, transparent)


@dataclass(frozen=True)
class Picture(OnFigure):
    """Draw a small picture of a figure, and keep it."""

    name = "picture"


@dataclass(frozen=True)
class Question(Action):
    """A request that changes nothing; the answer is not a plot state."""


@dataclass(frozen=True)
class Diagnose(Question):
    """Diagnose what is wrong with plotting in this kernel."""

    name = "diagnose"


@dataclass(frozen=True)
class ListBackends(Question):
    """List the backends that could be chosen."""

    name = "backends"


@dataclass(frozen=True)
class WriteCode(Question):
    """Write the lines that make the settings in force in a fresh kernel."""

    name = "code"


ACTIONS: dict[str, type[Action]] = {
    each.name: each
    for each in (Reinit, Pause, Forget, GetState, Close, Export, Picture, Diagnose, ListBackends, WriteCode)
}
"""Name of an action to its class."""
