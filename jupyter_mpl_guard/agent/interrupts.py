"""Put interrupts off while something must not be cut short."""

import _thread
import signal
import threading
from contextlib import contextmanager


@contextmanager
def undisturbed():
    """Put an interrupt off until the block has ended: an import that is cut short leaves a broken package behind.

    It is delivered a moment later, when the cell that the user meant runs.
    """
    noted = []
    before = signal.signal(signal.SIGINT, lambda number, frame: noted.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if noted:
            threading.Timer(0.05, _thread.interrupt_main).start()
