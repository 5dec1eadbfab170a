"""What the server asks an agent to do; the keys of the JSON data are those that `agent.answer` reads."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal

from ..agent.protocol import Far

Trigger = Literal["restart", "crash", "manual"]
"""What has ended the last incarnation; manual where none has."""


@dataclass(frozen=True)
class Action:
    """One thing to do."""

    name: ClassVar[str]

    def to_json(self) -> dict[str, Any]:
        """Return the request as JSON data."""
        return {"action": self.name, **asdict(self)}


@dataclass(frozen=True)
class Begin(Action):
    """Begin in a new process of the kernel, and restore what the diary holds.

    Attributes
    ----------
    trigger : {"restart", "crash", "manual"}
        What has ended the last incarnation.
    incarnation : int
        The server's count of incarnations, from 1.
    paused : str
        Why the kernel is paused although its settings come back, "" where it is not.
    figures : {"crash", "always", "never"}
        After which end of a kernel its figures come back by themselves.
    limits : dict
        How much of figures is saved: "figure" and "kernel" in MiB, "seconds" between two cells.
    restore : {"auto", "none"}
        What comes back by itself: settings, and figures as the policy has it, or nothing.
    data : {"all", "plots", "none"}
        Which data is saved.
    data_limits : dict
        How much of it: "value" and "kernel" in MiB, "objects" in one value.
    never_keep : list of str or None
        Parts of names whose values are never written, None for the usual ones.
    diary_dir : str or None
        Folder in which the diary is to be, "" for that of the connection file; None where the kernel's environment
        decides.
    trouble : str
        Why that is not the folder that was chosen, "" where it is.
    far : Far or None
        What a kernel behind a gateway has to know; a key is in it, which no log shows.
    """

    name = "begin"

    trigger: Trigger
    incarnation: int
    paused: str
    figures: str
    limits: dict[str, float]
    restore: str = "auto"
    data: str = "all"
    data_limits: dict[str, float] = field(default_factory=dict)
    never_keep: list[str] | None = None
    diary_dir: str | None = None
    trouble: str = ""
    far: Far | None = field(default=None, repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return the request as JSON data."""
        return {**super().to_json(), "far": None if self.far is None else self.far._asdict()}


@dataclass(frozen=True)
class Reinit(Action):
    """Finish the restore that is under way, take or end an offer, and choose a backend.

    Attributes
    ----------
    figures : {"auto", "all", "none"} or tuple of str
        Which figures are to come back: as the policy has it; those on offer too; none, which ends an offer; those of
        some ids.
    backend : str or None
        Short name of a backend, None for the one in force.
    data : {"auto", "all", "none"}
        Which data is to come back, in the same way.
    """

    name = "reinit"

    figures: str | tuple[str, ...] = "auto"
    backend: str | None = None
    data: str = "auto"

    @property
    def joins(self) -> bool:
        """Whether it asks for nothing but the restore that is under way."""
        return self.backend is None and self.figures == "auto" and self.data == "auto"


@dataclass(frozen=True)
class Pause(Action):
    """Stop watching, or go on.

    Attributes
    ----------
    paused : bool
        Whether to stop.
    message : str
        Why, for the user; "" to go on.
    """

    name = "pause"

    paused: bool
    message: str


@dataclass(frozen=True)
class Forget(Action):
    """Remove the diary, and write none until something changes."""

    name = "forget"


@dataclass(frozen=True)
class OnFigure(Action):
    """Do something with one figure; answered by an `agent.protocol.Outcome`.

    Attributes
    ----------
    figure : str
        The figure's id.
    """

    figure: str


@dataclass(frozen=True)
class Close(OnFigure):
    """Close a figure, or dismiss one that is offered."""

    name = "close"


@dataclass(frozen=True)
class Export(OnFigure):
    """Draw a figure as `Figure.savefig` does.

    Attributes
    ----------
    format : {"png", "svg", "pdf"}
        The format.
    dpi : float or None
        Dots per inch, None for those of the kernel's settings.
    transparent : bool or None
        Whether what is behind the axes can be seen through, None for the kernel's settings.
    """

    name = "export"

    format: str
    dpi: float | None = None
    transparent: bool | None = None


@dataclass(frozen=True)
class Picture(OnFigure):
    """Draw a small picture of a figure, and keep it."""

    name = "picture"


@dataclass(frozen=True)
class Tell(Action):
    """Say what the plot state is, and change nothing."""

    name = "tell"


@dataclass(frozen=True)
class Question(Action):
    """Ask what changes nothing; the answer is no plot state."""


@dataclass(frozen=True)
class Diagnose(Question):
    """Say what is wrong with plotting in this kernel."""

    name = "diagnose"


@dataclass(frozen=True)
class ListBackends(Question):
    """Say which backends could be chosen."""

    name = "backends"


@dataclass(frozen=True)
class WriteCode(Question):
    """Write the lines that make the settings in force in a fresh kernel."""

    name = "code"
