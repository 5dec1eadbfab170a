"""The status of one check of a diagnosis."""

from __future__ import annotations

from enum import Enum


class CheckStatus(str, Enum):
    """Whether all is well with what a check has looked at."""

    OK = "ok"
    PROBLEM = "problem"
    UNKNOWN = "unknown"  # that cannot be known
