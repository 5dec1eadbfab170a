"""Requests: what the server asks of the agent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .checks import checked, ids_or_one_of, numbers, one_of, texts_or_none

if TYPE_CHECKING:
    from .far import Far
    from .on_figure import Drawing

DIARY_DIR = "MPL_GUARD_DIARY_DIR"
"""Environment variable of a kernel that names the folder in which its diary is to be."""

QUESTIONS = ("diagnose", "backends", "code")
"""What the server may ask that changes nothing; the answer is no plot state."""

ACTIONS = ("begin", "reinit", "pause", "forget", "tell", "close", "export", "picture", *QUESTIONS)
"""What the server may ask of the agent."""

ON_FIGURES = ("close", "export", "picture")
"""Those of them that concern one figure: they are answered by an `Outcome`, the others by the plot state."""

TRIGGERS = ("restart", "crash", "manual")
"""How the last incarnation may have ended; ``manual`` where the server does not know."""

POLICIES = ("crash", "always", "never")
"""After which ends of the kernel figures come back by themselves."""

BACKEND = "[A-Za-z][A-Za-z0-9]*"
"""Pattern of backends that a ``reinit`` may choose: no module, which choosing it would run."""

WANTED = ("auto", "all", "none")
"""Which figures, and which data, a ``reinit`` may ask for."""

DATA = ("all", "plots", "none")
"""Which data is saved: all, what cells that draw have mentioned, or none."""

NEVER_KEEP = ("password", "passwd", "token", "secret", "api_key", "apikey", "credential", "private_key", "access_key")
"""What a name looks like that holds a credential, whatever is before or behind it."""

NEXT_RESTORE = ("auto", "none")
"""Whether the next incarnation restores anything by itself."""


class Request(NamedTuple):
    """What the server asks of the agent; each action reads the attributes that concern it.

    Attributes
    ----------
    action : str
        One of `ACTIONS`.
    trigger : str
        How the last incarnation has ended, one of `TRIGGERS` (begin).
    incarnation : int
        The server's count of the kernel's processes, from 1 (begin).
    policy : str
        When figures come back by themselves, one of `POLICIES` (begin).
    limits : mapping of str to float
        Parameters of `pickling.limits.budget.Limits`; those that it does not have are passed over (begin).
    restore : str
        One of `NEXT_RESTORE`: with ``none`` settings stay as they are found, and figures are offered (begin).
    message : str
        Why the server has paused the restores of this kernel, "" if it has not (begin, pause).
    paused : bool
        Whether the agent is to do nothing until it is asked to go on (pause).
    backend : str or None
        Name of a backend to choose, as ``%matplotlib`` takes it (reinit).
    wanted : str or tuple of str
        Which figures are to come back, one of `WANTED` or their ids (reinit).
    figure : str
        Id of the figure that is meant (those of `ON_FIGURES`).
    data : str
        Which data is saved, one of `DATA` (begin).
    data_limits : mapping of str to float
        Parameters of `data.look.DataLimits` (begin).
    never_keep : sequence of str or None
        Parts of names that are never written, None for the usual ones (begin).
    wanted_data : str
        Which data is to come back, one of `WANTED` (reinit).
    drawing : Drawing or None
        How it is to be drawn (export), None for other actions.
    diary_dir : str or None
        Folder in which the diary is to be, "" for that of the connection file; None where the kernel's environment
        decides (begin).
    trouble : str
        Why that is not the folder that was chosen, "" where it is (begin).
    far : Far or None
        What a kernel behind a gateway has to know, None for others (begin).
    """

    action: str = "begin"
    trigger: str = "manual"
    incarnation: int = 1
    policy: str = "crash"
    limits: Mapping[str, float] = {}
    restore: str = "auto"
    message: str = ""
    paused: bool = False
    backend: str | None = None
    wanted: str | tuple[str, ...] = "auto"
    figure: str = ""
    data: str = "all"
    data_limits: Mapping[str, float] = {}
    never_keep: Sequence[str] | None = None
    wanted_data: str = "auto"
    drawing: Drawing | None = None
    diary_dir: str | None = None
    trouble: str = ""
    far: Far | None = None

    @classmethod
    def from_json(cls, data: Any) -> Request:
        """Return the request that a server has sent; keys that are not known are passed over.

        The keys are those of the attributes, except that ``figures`` is the `policy` of a ``begin`` and what is
        `wanted` by a ``reinit``, that ``data`` is the `wanted_data` of that, and that ``paused`` is the `message` of a
        ``begin``.

        Raises
        ------
        ValueError
            A value is not one of those that its key may have.
        """
        if not isinstance(data, dict):
            raise ValueError("a request has to be a JSON object")
        action = one_of("action", data.get("action", "begin"), ACTIONS)
        if action == "begin":
            return cls(
                action,
                trigger=one_of("trigger", data.get("trigger", "manual"), TRIGGERS),
                incarnation=max(checked("incarnation", data.get("incarnation", 1), int), 1),
                policy=one_of("figures", data.get("figures", "crash"), POLICIES),
                limits=numbers("limits", data.get("limits", {})),
                restore=one_of("restore", data.get("restore", "auto"), NEXT_RESTORE),
                diary_dir=None if data.get("diary_dir") is None else checked("diary_dir", data["diary_dir"], str),
                trouble=checked("trouble", data.get("trouble", ""), str),
                far=None if data.get("far") is None else _far(data["far"]),
                message=checked("paused", data.get("paused", ""), str),
                data=one_of("data", data.get("data", "all"), DATA),
                data_limits=numbers("data_limits", data.get("data_limits", {})),
                never_keep=texts_or_none("never_keep", data.get("never_keep")),
            )
        if action == "reinit":
            backend = data.get("backend")
            if backend is not None and not re.fullmatch(BACKEND, checked("backend", backend, str)):
                raise ValueError(f"'backend' of a request has to be a name as %matplotlib takes it, not {backend!r}")
            return cls(
                action,
                backend=backend,
                wanted=ids_or_one_of("figures", data.get("figures", "auto"), WANTED),
                wanted_data=one_of("data", data.get("data", "auto"), WANTED),
            )
        if action == "pause":
            message = checked("message", data.get("message", ""), str)
            return cls(action, message=message, paused=checked("paused", data.get("paused"), bool))
        if action in ON_FIGURES:
            drawing = _drawing(data) if action == "export" else None
            return cls(action, figure=checked("figure", data.get("figure"), str), drawing=drawing)
        return cls(action)

    def to_json(self) -> dict[str, Any]:
        """Return the request as `from_json` reads it."""
        keys: dict[str, Any] = {}
        if self.action == "begin":
            keys = {"trigger": self.trigger, "incarnation": self.incarnation, "paused": self.message}
            keys |= {"figures": self.policy, "limits": dict(self.limits), "restore": self.restore, "data": self.data}
            never = None if self.never_keep is None else list(self.never_keep)
            keys |= {"data_limits": dict(self.data_limits), "never_keep": never}
            keys |= {"diary_dir": self.diary_dir, "trouble": self.trouble}
            keys |= {"far": None if self.far is None else self.far._asdict()}
        elif self.action == "reinit":
            wanted = self.wanted if isinstance(self.wanted, str) else list(self.wanted)
            keys = {"backend": self.backend, "figures": wanted, "data": self.wanted_data}
        elif self.action == "pause":
            keys = {"paused": self.paused, "message": self.message}
        elif self.action in ON_FIGURES:
            keys = {"figure": self.figure, **({} if self.drawing is None else self.drawing._asdict())}
        return {"action": self.action, **keys}


def _far(data: Any) -> Far:
    from .far import Far  # few kernels are behind a gateway

    return Far.from_json(data)


def _drawing(data: Mapping[str, Any]) -> Drawing:
    from .on_figure import Drawing

    return Drawing.from_json(data)
