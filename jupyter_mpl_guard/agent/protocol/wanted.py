"""Which figures or data are to come back: what restores need to know of the requests that follow them."""

from __future__ import annotations

from enum import Enum


class Wanted(str, Enum):
    """Which figures, or which data, are to come back."""

    AUTO = "auto"  # as the policy has it
    ALL = "all"  # those on offer too
    NONE = "none"  # which ends an offer
