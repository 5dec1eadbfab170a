"""The magic as a kernel has it until it is used: a name, a help text, and an import that waits for the first call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..internals import ipython
from . import HELP

if TYPE_CHECKING:
    from ..lifecycle import Agent

NAME = "mpl_guard"


class Magic:
    """Register the magic and its completion in a shell, and remove them again.

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

        def complete(context: Any, event: Any = None) -> Any:
            if event is None and NAME not in context.full_text:
                return {"completions": ()}
            from .completion import completed

            return completed(agent.need_responder(), event or context)

        vars(complete)["matcher_api_version"] = 2
        mpl_guard.__doc__ = HELP
        # With this end IPython shows no file for it: there is none on the disk.
        code = mpl_guard.__code__
        mpl_guard.__code__ = code.replace(co_filename=code.co_filename + ":<string>")
        self._function = mpl_guard
        self._hook = complete

    def register(self) -> None:
        """Register the magic in the shell, unless the user has one of that name; a shell without magics gets none."""
        try:
            if not ipython.has_line_magic(self._shell, NAME):
                self._shell.register_magic_function(self._function, "line", NAME)
                completer = self._shell.Completer
                if hasattr(completer, "custom_completer_matcher"):  # since IPython 8.6
                    completer.custom_matchers.append(self._hook)
                else:
                    self._shell.set_hook("complete_command", self._hook, str_key="%" + NAME)
        except Exception:  # the plots are guarded without it
            pass

    def remove(self) -> None:
        """Remove the magic and its completion; safe to call again."""
        try:
            ipython.remove_line_magic(self._shell, NAME, self._function)
            from ..internals.callbacks import remove_completer

            remove_completer(self._shell, "%" + NAME, self._hook)
        except Exception:  # an unusual shell must not cause an error
            pass
