"""The corpus: notebooks of the kinds that people write, as short texts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "notebooks"


class Notebook(NamedTuple):
    """One notebook.

    Attributes
    ----------
    name : str
        Its name.
    cells : tuple of str
        The sources of its cells.
    files : dict of str to str
        Path to text of what is beside it.
    needs : tuple of str
        Packages without which it cannot run.
    """

    name: str
    cells: tuple[str, ...]
    files: dict[str, str]
    needs: tuple[str, ...]


def read(path: Path) -> Notebook:
    """Return the notebook in a file.

    ``# %%`` parts cells; ``# needs: …`` names packages, and ``# file PATH: …`` adds a line to a file beside it.
    """
    files: dict[str, str] = {}
    needs: list[str] = []
    lines = []
    for line in path.read_text("utf-8").splitlines():
        if match := re.match(r"# needs: (.*)", line):
            needs += match[1].split()
        elif match := re.match(r"# file (\S+): ?(.*)", line):
            files[match[1]] = files.get(match[1], "") + match[2] + "\n"
        else:
            lines.append(line)
    cells = [each.strip("\n") for each in re.split(r"^# %%$", "\n".join(lines), flags=re.M)]
    return Notebook(path.stem, tuple(cells), files, tuple(needs))


def corpus() -> list[Notebook]:
    """Return all of them."""
    return [read(path) for path in sorted(FOLDER.glob("*.cells"))]
