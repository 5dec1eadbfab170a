"""What is said on standard error while something takes long."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from . import messages

SOON = 1.0
"""Seconds after which it is said that one has to wait."""


@contextmanager
def waiting(kernel_id: str) -> Iterator[None]:
    """Say that a kernel is waited for, if the block takes long."""
    timer = threading.Timer(SOON, say, [messages.WAITING.format(kernel=kernel_id)])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def say(sentence: str) -> None:
    """Say something that is no result."""
    print(sentence, file=sys.stderr, flush=True)
