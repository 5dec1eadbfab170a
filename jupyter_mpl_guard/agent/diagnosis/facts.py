"""What the checks look at: the kernel as it is, without importing anything into it or running code of the user."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..internals.ipython import inputs
from ..internals.pyplot import registered_managers
from ..internals.registries import parameter
from ..settings.backends import current, short_name

if TYPE_CHECKING:
    from ..settings.choice.watch import SettingsWatch
    from ..storage.diary import Diary

_ASKS = re.compile(
    r"^[ \t]*%(?:matplotlib|pylab)[ \t]+(?:-\S+[ \t]+)*(?P<magic>\w+)"
    r"|(?<!style)\.use\(\s*(?:backend\s*=\s*)?['\"](?P<use>[^'\"]+)['\"]"
    r"|\bswitch_backend\(\s*['\"](?P<switch>[^'\"]+)['\"]",
    re.MULTILINE,
)
"""How a cell asks for a backend by its name."""

_COMMENT = re.compile(r"^[ \t]*#.*$", re.MULTILINE)


@dataclass(frozen=True)
class KernelFacts:
    """What the checks look at.

    Attributes
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    diary : diary.Diary
        The kernel's diary.
    key : bytes
        The key with which it signs.
    has_loop : bool
        Whether the kernel runs an event loop.
    watch : watch.SettingsWatch or None
        Who has set what, None where Matplotlib is not imported.
    figures : sequence of dict
        The figures of the plot state.
    quick : bool
        Whether no other process may be started.
    """

    shell: Any
    diary: Diary
    key: bytes
    has_loop: bool
    watch: SettingsWatch | None
    figures: Sequence[dict[str, Any]]
    quick: bool = False

    @property
    def matplotlib(self) -> Any:
        """The module, None where it is not imported or only in part."""
        module = sys.modules.get("matplotlib")
        return module if hasattr(module, "rcParams") else None

    @property
    def backend(self) -> str | None:
        """Short name of the backend in force, None where there is none yet."""
        return None if self.matplotlib is None else current(self.matplotlib)

    @property
    def cells(self) -> str:
        """The cells of this process, without lines of comment."""
        return _COMMENT.sub("", "\n".join(inputs(self.shell)))

    @property
    def asked(self) -> str | None:
        """Short name of the backend that cells of this process have asked for last, by its name."""
        last = None
        for match in _ASKS.finditer(self.cells):
            last = next(filter(None, match.groupdict().values()))
        return short_name(last)

    @property
    def wanted(self) -> list[str]:
        """Short names of the backends that are wanted: the one in force, asked for, or chosen before."""
        chosen = None if self.watch is None else short_name(self.watch.chosen_backend)
        return list(dict.fromkeys(name for name in (self.asked or chosen, self.backend) if name))

    @property
    def has_open_figures(self) -> bool:
        """Whether pyplot holds figures open."""
        return bool(registered_managers())

    def parameter(self, key: str, default: Any = None) -> Any:
        """Return one of the rcParams."""
        return default if self.matplotlib is None else parameter(self.matplotlib.rcParams, key, default)
