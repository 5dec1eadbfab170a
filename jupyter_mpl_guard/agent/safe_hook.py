"""Discretion: a broken guard looks like no guard."""

import os
import threading


def safe_hook(hook, *, any_thread=False):
    """Wrap a hook of the agent so that nothing that goes wrong in it reaches the user's cell.

    Hooks do nothing in a forked child or outside the main thread: a diary has one writer.
    """

    def call(self, *args):
        if os.getpid() != self.process or self.standing.paused:
            return
        if not any_thread and threading.current_thread() is not threading.main_thread():
            return
        try:
            hook(self, *args)
        except KeyboardInterrupt:
            pass  # IPython would print it as an error of ours
        except Exception as error:
            self.fail(error)

    return call
