"""The command ``jupyter mpl-guard``: what REST says and does, from a shell or a script."""

from __future__ import annotations


def main() -> int:
    """Run the command with the arguments of this process, and return its exit status."""
    from .app import run

    return run()
