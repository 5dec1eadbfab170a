"""The magic as a kernel has it until it is used: a name, a help text, and an import that waits for the first call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..internals import ipython

if TYPE_CHECKING:
    from ..lifecycle import Agent

NAME = "mpl_guard"

HELP = """Show what jupyter-mpl-guard keeps of this kernel's plots, and restore them.

%mpl_guard                       how plotting is; the same as %mpl_guard status
%mpl_guard figures               the figures: live, saved, not saved, offered, lost
%mpl_guard restore [figure ...]  restore figures from before the restart: these, or all
%mpl_guard dismiss [figure ...]  end the offer of these figures, or of all
%mpl_guard doctor                what is wrong with plotting here, and how to mend it
%mpl_guard code                  the lines that make these settings in a fresh kernel
%mpl_guard pause                 keep nothing of this kernel until it is resumed
%mpl_guard resume                go on
%mpl_guard forget                remove what is saved
%mpl_guard help                  this text

A figure is named by a name that leads to it (fig, ax), by its number or by its label.
"""
"""What ``%mpl_guard?`` shows."""


class Magic:
    """Register the magic and its completion in a shell, and take them out again.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    agent : lifecycle.Agent
        Its responder answers.
    """

    def __init__(self, shell: Any, agent: Agent) -> None:
        self._shell = shell

        def mpl_guard(line: str = "") -> None:
            from .command import run

            run(agent.need_responder(), line)

        def complete(shell: Any, event: Any) -> list[str]:
            from .completion import completions

            return completions(agent.need_responder(), event)

        mpl_guard.__doc__ = HELP
        self._function = mpl_guard
        self._hook = complete

    def register(self) -> None:
        """Put the magic into the shell, unless the user has one of that name; a shell without magics has none."""
        try:
            if not ipython.has_line_magic(self._shell, NAME):
                self._shell.register_magic_function(self._function, "line", NAME)
                self._shell.set_hook("complete_command", self._hook, str_key="%" + NAME)
        except Exception:  # the plots are guarded without it
            pass

    def remove(self) -> None:
        """Leave the shell as it was; safe to call again."""
        try:
            ipython.remove_line_magic(self._shell, NAME, self._function)
            ipython.remove_completer(self._shell, "%" + NAME, self._hook)
        except Exception:  # nobody is to pay for a shell that is not as it should be
            pass
