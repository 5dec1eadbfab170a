"""What a restore has done, and what did not come back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from enum import Enum
from typing import Any, NamedTuple

from .request import Trigger


class MissingKind(Enum):
    """The kind of what is missing, where code depends on it: sentences are for people and never compared."""

    OTHER = "other"
    NAME = "name"
    TAKEN_NAME = "taken name"
    WAITING_NAME = "waiting name"
    PARAMETER = "parameter"
    BACKEND = "backend"
    FIGURE = "figure"
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
        The kind of it.
    key : str
        The name that is not bound, or the key of the rcParam.
    """

    what: str
    why: str
    kind: MissingKind = MissingKind.OTHER
    key: str = ""

    def to_json(self) -> dict[str, str]:
        """Return it in the form of the plot state; characters that UTF-8 cannot encode are replaced."""
        return {"what": _encodable(self.what), "why": _encodable(self.why)}

    def to_record(self) -> dict[str, str]:
        """Return it in the form that is written to disk, with its kind where that is known."""
        if self.kind is MissingKind.OTHER:
            return self.to_json()
        return {**self.to_json(), "kind": self.kind.value, "key": _encodable(self.key)}

    @classmethod
    def from_json(cls, data: Any) -> Missing:
        """Return the object that `to_record` wrote; an object of this class is returned as it is.

        An earlier version has written no kind: then it stays listed, whatever has come back.

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
    trigger : Trigger
        How the last incarnation has ended.
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

    trigger: Trigger
    restored: tuple[str, ...]
    missing: tuple[Missing, ...]
    took_ms: float
    at: str
    names: tuple[str, ...] = ()

    @classmethod
    def now(
        cls, trigger: Trigger, restored: Iterable[str], missing: Iterable[Missing], took_ms: float = 0.0
    ) -> RestoreReport:
        """Return the report of a restore that has just ended."""
        at = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        return cls(trigger, tuple(restored), tuple(missing), round(took_ms, 1), at)

    def and_then(self, restored: Iterable[str], missing: Iterable[Missing]) -> RestoreReport:
        """Return the report extended by what came back later."""
        return self._replace(restored=(*self.restored, *restored), missing=(*self.missing, *missing))

    def to_json(self) -> dict[str, Any]:
        """Return it in the form of the plot state."""
        return {
            "trigger": self.trigger.value,
            "at": self.at,
            "took_ms": self.took_ms,
            "restored": list(self.restored),
            "missing": [each.to_json() for each in self.missing],
            **({"names": list(self.names)} if self.names else {}),
        }
