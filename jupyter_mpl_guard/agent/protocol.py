"""The plot state and the requests: the documents that the agent, the server and the page exchange."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from enum import Enum
from math import inf
from typing import Any, NamedTuple

VERSION = 1

MIME = "application/vnd.jupyter-mpl-guard.plot-state+json"
"""MIME type of the plot state in the iopub message."""

DISPLAY_ID = "jupyter-mpl-guard"
"""Display id that no output has: clients pass the message on and draw nothing."""

TOPIC = b"jupyter-mpl-guard"
"""Topic under which the agent publishes on iopub: who subscribes to it alone hears nothing else of the kernel."""

DIARY_DIR = "MPL_GUARD_DIARY_DIR"
"""Environment variable of a kernel that names the folder in which its diary is to be."""

EMPTY_INLINE = {
    "figure_formats": ["png"],
    "close_figures": True,
    "print_figure_kwargs": {"bbox_inches": "tight"},
    "rc": {},
}
"""Configuration of an inline backend that nobody has configured or used."""

EMPTY_SETTINGS = {"backend": None, "interactive": False, "rc_params": {}, "inline": EMPTY_INLINE, "aliases": {}}
"""Settings of a kernel that has not imported Matplotlib."""

FINAL = ("absent", "live", "restored", "partial", "offered", "paused", "error")
"""Statuses with which a restore ends."""

UNSUPPORTED = {"status": "unsupported"}
"""Answer of the agent in a Python that is not run by ipykernel."""

PAUSED_BY_USER = (
    "Plotting settings and figures are not kept for this kernel: it was paused. Resume it to have them kept."
)
"""Message of a plot state whose kernel the user has paused, over HTTP or in a cell."""

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

BACKEND = re.compile(r"[A-Za-z][A-Za-z0-9]*")
"""Backends that a ``reinit`` may choose: no module, which choosing it would run."""

KERNEL_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*")
"""Ids of kernels: they are part of the name of a folder."""

WANTED = ("auto", "all", "none")
"""Which figures, and which data, a ``reinit`` may ask for."""

DATA = ("all", "plots", "none")
"""Which data is saved: all, what cells that draw have mentioned, or none."""

NEVER_KEEP = ("password", "passwd", "token", "secret", "api_key", "apikey", "credential", "private_key", "access_key")
"""What a name looks like that holds a credential, whatever is before or behind it."""

NO_DATA: dict[str, Any] = {"saved": 0, "bytes": 0, "waiting": [], "unsaved": []}
"""What the plot state says of data where there is none."""

FORMATS = ("png", "svg", "pdf")
"""Formats in which figures are exported."""

MOST_DPI = 2400
"""Dots per inch that an export may have."""

NEXT_RESTORE = ("auto", "none")
"""Whether the next incarnation restores anything by itself."""


class MissingKind(Enum):
    """What is missing, as far as something depends on it: sentences are for people and never compared."""

    OTHER = "other"
    NAME = "name"
    PARAMETER = "parameter"
    BACKEND = "backend"
    KEPT_FIGURES = "kept figures"
    LATEST_CHANGES = "latest changes"


class Missing(NamedTuple):
    """Something that was not saved or did not come back.

    Attributes
    ----------
    what : str
        What it is, as part of a sentence.
    why : str
        The reason, as part of a sentence.
    kind : MissingKind
        Which of them it is.
    key : str
        The name that is not bound, or the key of the rcParam.
    """

    what: str
    why: str
    kind: MissingKind = MissingKind.OTHER
    key: str = ""

    def to_json(self) -> dict[str, str]:
        """Return it as the plot state has it; characters that UTF-8 does not have are replaced."""
        return {"what": _encodable(self.what), "why": _encodable(self.why)}

    def to_record(self) -> dict[str, str]:
        """Return it as it is written down, with its kind where that is known."""
        if self.kind is MissingKind.OTHER:
            return self.to_json()
        return {**self.to_json(), "kind": self.kind.value, "key": _encodable(self.key)}

    @classmethod
    def from_json(cls, data: Any) -> Missing:
        """Return what `to_record` wrote, or what is such an object already.

        An earlier version has written no kind: then it stays named, whatever has come back.

        Raises
        ------
        ValueError
            The data is not of that form.
        """
        if isinstance(data, cls):
            return data
        if not isinstance(data, dict) or not all(isinstance(data.get(key), str) for key in ("what", "why")):
            raise ValueError(f"{data!r} does not name something that is missing")
        kind = next((each for each in MissingKind if each.value == data.get("kind")), MissingKind.OTHER)
        key = data.get("key")
        return cls(data["what"], data["why"], kind, key if isinstance(key, str) else "")


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


class RestoreReport(NamedTuple):
    """What one restore has done: the plot state's ``last_restore``.

    Attributes
    ----------
    trigger : str
        One of `TRIGGERS`.
    restored : tuple of str
        Keys of the plot state that are in force again.
    missing : tuple of Missing
        What is not.
    took_ms : float
        Duration in milliseconds.
    at : str
        Time of the end, in ISO 8601.
    names : tuple of str
        Names of data that come back, each at the latest when a cell mentions it.
    """

    trigger: str
    restored: tuple[str, ...]
    missing: tuple[Missing, ...]
    took_ms: float
    at: str
    names: tuple[str, ...] = ()

    @classmethod
    def now(
        cls, trigger: str, restored: Iterable[str], missing: Iterable[Missing], took_ms: float = 0.0
    ) -> RestoreReport:
        """Return the report of a restore that has just ended."""
        at = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        return cls(trigger, tuple(restored), tuple(missing), round(took_ms, 1), at)

    def and_then(self, restored: Iterable[str], missing: Iterable[Missing]) -> RestoreReport:
        """Return the report with what came back later."""
        return self._replace(restored=(*self.restored, *restored), missing=(*self.missing, *missing))

    def to_json(self) -> dict[str, Any]:
        """Return it as the plot state has it."""
        return {
            "trigger": self.trigger,
            "at": self.at,
            "took_ms": self.took_ms,
            "restored": list(self.restored),
            "missing": [each.to_json() for each in self.missing],
            **({"names": list(self.names)} if self.names else {}),
        }


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
            _checked("transparent", transparent, bool)
        return cls(_one_of("format", data.get("format"), FORMATS), dpi, transparent)


class Far(NamedTuple):
    """What the agent of a kernel behind a gateway has to know, because no server can see its diary.

    Attributes
    ----------
    kernel_id : str
        The kernel's id; the name of its connection file may say something else there.
    name, key : str
        For whom and with what it signs, "" where it does so for itself.
    former : str
        Id of a kernel that has signed so and has ended, "" where there is none.
    folder : str
        Folder of the diary where the kernel's environment names none, "" for that of the connection file.
    days, limit : float
        Days and MiB for which and in which what ended kernels have left is kept.
    """

    kernel_id: str
    name: str = ""
    key: str = ""
    former: str = ""
    folder: str = ""
    days: float = 7.0
    limit: float = 1024.0

    @classmethod
    def from_json(cls, data: Any) -> Far:
        """Return what a server has sent.

        Raises
        ------
        ValueError
            A value is not of the type that its key has.
        """
        data = _checked("far", data, dict)
        kernel_id, name, key, former, folder = (_checked(each, data.get(each, ""), str) for each in cls._fields[:5])
        if not KERNEL_ID.fullmatch(kernel_id):
            raise ValueError(f"'kernel_id' of a request has to be an id, not {kernel_id!r}")
        numbers = _limits("far", {each: data[each] for each in cls._fields[5:] if each in data})
        return cls(kernel_id, name, key, former, folder, **numbers)


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
    drawing : Drawing
        How it is to be drawn (export).
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
    drawing: Drawing = Drawing()
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
        action = _one_of("action", data.get("action", "begin"), ACTIONS)
        if action == "begin":
            return cls(
                action,
                trigger=_one_of("trigger", data.get("trigger", "manual"), TRIGGERS),
                incarnation=max(_checked("incarnation", data.get("incarnation", 1), int), 1),
                policy=_one_of("figures", data.get("figures", "crash"), POLICIES),
                limits=_limits("limits", data.get("limits", {})),
                restore=_one_of("restore", data.get("restore", "auto"), NEXT_RESTORE),
                diary_dir=None if data.get("diary_dir") is None else _checked("diary_dir", data["diary_dir"], str),
                trouble=_checked("trouble", data.get("trouble", ""), str),
                far=None if data.get("far") is None else Far.from_json(data["far"]),
                message=_checked("paused", data.get("paused", ""), str),
                data=_one_of("data", data.get("data", "all"), DATA),
                data_limits=_limits("data_limits", data.get("data_limits", {})),
                never_keep=_texts_or_none("never_keep", data.get("never_keep")),
            )
        if action == "reinit":
            backend = data.get("backend")
            if backend is not None and not BACKEND.fullmatch(_checked("backend", backend, str)):
                raise ValueError(f"'backend' of a request has to be a name as %matplotlib takes it, not {backend!r}")
            return cls(
                action,
                backend=backend,
                wanted=_ids_or_one_of("figures", data.get("figures", "auto"), WANTED),
                wanted_data=_one_of("data", data.get("data", "auto"), WANTED),
            )
        if action == "pause":
            message = _checked("message", data.get("message", ""), str)
            return cls(action, message=message, paused=_checked("paused", data.get("paused"), bool))
        if action in ON_FIGURES:
            drawing = Drawing.from_json(data) if action == "export" else Drawing()
            return cls(action, figure=_checked("figure", data.get("figure"), str), drawing=drawing)
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
            keys = {"figure": self.figure, **(self.drawing._asdict() if self.action == "export" else {})}
        return {"action": self.action, **keys}


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


def _checked(key: str, value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise ValueError(f"{key!r} of a request has to be of type {kind.__name__}, not {value!r}")
    return value


def _texts_or_none(key: str, value: Any) -> Sequence[str] | None:
    if value is not None and not (type(value) is list and all(isinstance(each, str) for each in value)):
        raise ValueError(f"{key!r} of a request has to be a list of texts, not {value!r}")
    return value


def _limits(key: str, value: Any) -> dict[str, float]:
    for each in _checked(key, value, dict).values():
        if type(each) not in (int, float) or not 0 <= each < inf:
            raise ValueError(f"{key!r} of a request have to be numbers from 0 on, not {each!r}")
    return dict(value)


def _ids_or_one_of(key: str, value: Any, values: tuple[str, ...]) -> str | tuple[str, ...]:
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        return tuple(value)
    return _one_of(key, value, values)


def _one_of(key: str, value: Any, values: tuple[str, ...]) -> str:
    if value not in values:
        raise ValueError(f"{key!r} of a request has to be one of {', '.join(values)}, not {value!r}")
    return str(value)


def compose(
    kernel_id: str,
    incarnation: int,
    status: str,
    message: str = "",
    figures: Iterable[Mapping[str, Any]] = (),
    last_restore: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] = NO_DATA,
    **captured: Any,
) -> dict[str, Any]:
    """Return a plot state; keys that are not given are those of a kernel without Matplotlib.

    Parameters
    ----------
    kernel_id : str
        The kernel's id.
    incarnation : int
        Counts the lives of the kernel process from 1.
    status : str
        One of the schema's statuses.
    message : str
        One sentence for a person, "" when there is nothing to say.
    figures : iterable of mapping
        The figures as the schema has them.
    last_restore : mapping or None
        What the last restore of this incarnation did, see `RestoreReport.to_json`.
    data : mapping
        The data as the schema has it.
    **captured
        The keys of `EMPTY_SETTINGS`.
    """
    return {
        "version": VERSION,
        "kernel_id": kernel_id,
        "incarnation": incarnation,
        "status": status,
        "message": message,
        **EMPTY_SETTINGS,
        **captured,
        "figures": list(figures),
        "data": dict(data),
        "last_restore": last_restore,
    }


def holds_something(state: Mapping[str, Any]) -> bool:
    """Return whether a plot state has any settings to restore."""
    return any(state.get(key) for key in ("backend", "rc_params", "aliases"))
