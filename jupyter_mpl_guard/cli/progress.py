"""Messages on standard error while something takes long."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from . import messages

SOON = 1.0
"""Seconds after which a message says that the command waits."""


@contextmanager
def waiting(kernel_id: str) -> Iterator[None]:
    """Print that a kernel is waited for, if the block takes long."""
    timer = threading.Timer(SOON, say, [messages.WAITING.format(kernel=kernel_id)])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def say(sentence: str) -> None:
    """Print a sentence that is not a result."""
    print(sentence, file=sys.stderr, flush=True)
