"""What a check says: that all is well, what is wrong and how to mend it, or why that cannot be known."""

from __future__ import annotations

from typing import NamedTuple

from ..protocol.check_status import CheckStatus


class CheckResult(NamedTuple):
    """What one check has found.

    Attributes
    ----------
    id : str
        Which check.
    status : CheckStatus
        Whether all is well.
    sentence : str
        What was found.
    remedy : str
        What to do about a problem, to be followed to the letter; "" where there is none.
    """

    id: str
    status: CheckStatus
    sentence: str
    remedy: str = ""

    def to_json(self) -> dict[str, str]:
        """Return it as the REST API has it; characters that UTF-8 does not have are replaced."""
        return {key: value.encode("utf-8", "replace").decode() for key, value in self._asdict().items()}


class Finding(NamedTuple):
    """What a check returns: a `CheckResult` without its id."""

    status: CheckStatus
    sentence: str
    remedy: str = ""


def ok(sentence: str) -> Finding:
    """Return that all is well."""
    return Finding(CheckStatus.OK, sentence)


def problem(sentence: str, remedy: str) -> Finding:
    """Return what is wrong and what to do about it."""
    return Finding(CheckStatus.PROBLEM, sentence, remedy)


def unknown(why: str) -> Finding:
    """Return why it cannot be known."""
    return Finding(CheckStatus.UNKNOWN, why)
