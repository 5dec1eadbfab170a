"""The result of a check in the form of the REST API, which the checks in the kernel share (`agent.diagnosis.check`)."""

from __future__ import annotations

from typing import Any, TypedDict

from ..agent.protocol.check_status import CheckStatus


class CheckDocument(TypedDict):
    """What one check has found, and what to do about it."""

    id: str
    status: str
    sentence: str
    remedy: str


def ok(name: str, sentence: str) -> CheckDocument:
    """Return the result of a check that has found no problem."""
    return {"id": name, "status": CheckStatus.OK.value, "sentence": sentence, "remedy": ""}


def problem(name: str, sentence: str, remedy: str) -> CheckDocument:
    """Return the result of a check that has found a problem, with what to do about it."""
    return {"id": name, "status": CheckStatus.PROBLEM.value, "sentence": sentence, "remedy": remedy}


def unknown(name: str, sentence: str) -> CheckDocument:
    """Return the result of a check that could not find out, with the reason."""
    return {"id": name, "status": CheckStatus.UNKNOWN.value, "sentence": sentence, "remedy": ""}


def kept_checks(document: Any, incarnation: int) -> list[CheckDocument]:
    """Return the checks of a diagnosis that an agent has kept, none where it is of another incarnation or form.

    Parameters
    ----------
    document : object
        What was read from the diary.
    incarnation : int
        The incarnation that lives now.
    """
    if not isinstance(document, dict) or document.get("incarnation") != incarnation:
        return []
    checks = document.get("checks")
    keys = CheckDocument.__required_keys__
    fits = isinstance(checks, list) and all(
        isinstance(each, dict)
        and each.keys() == keys
        and all(isinstance(value, str) for value in each.values())
        and each["status"] in list(CheckStatus)
        for each in checks
    )
    return list(checks) if fits and checks else []
