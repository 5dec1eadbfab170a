"""Magics that cells, or modules that they import, have registered: they are there again when a cell uses them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from importlib import import_module
from types import FunctionType
from typing import Any

from ... import messages
from ...pickling.quiet import quiet
from ...storage.data.entry import Magic

_USED = re.compile(r"(?:^|=)\s*(%%?)([^\W\d]\w*)", re.M)
_OF_KERNELS = ("IPython.", "ipykernel.", __name__.partition(".")[0] + ".")


def used_in(code: str, shell: Any) -> list[tuple[str, str]]:
    """Return kind and name of the magics that a cell uses and that there are not."""
    kinds = shell.magics_manager.magics
    found = [("cell" if len(sign) == 2 else "line", name) for sign, name in _USED.findall(code)]
    return [(kind, name) for kind, name in found if name not in kinds[kind]]


class Magics:
    """Know which functions have been registered as magics, and register those of an earlier incarnation.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._expected: dict[tuple[str, str], Magic] = {}
        self._counted: tuple[int, ...] = ()
        self._found: tuple[Magic, ...] = ()

    @property
    def are_expected(self) -> bool:
        """Whether there are some to register."""
        return bool(self._expected)

    def now(self) -> tuple[Magic, ...]:
        """Return those that have been registered, or that are still to come."""
        kinds = self._shell.magics_manager.magics
        counted = (*map(len, kinds.values()), len(self._expected))
        if counted != self._counted:
            self._counted = counted
            found = {(kind, name): each for kind in kinds for name, each in kinds[kind].items()}
            magics = {key: self._described(*key, each) for key, each in found.items()}
            known = {**self._expected, **{key: each for key, each in magics.items() if each is not None}}
            self._found = tuple(known.values())
        return self._found

    def expect(self, magics: Iterable[Magic]) -> None:
        """Note what is to be registered when a cell uses it."""
        self._expected = {(each.kind, each.name): each for each in magics}

    def before_cell(self, code: str, restore: Callable[[list[str]], list[str]]) -> list[str]:
        """Register what a cell uses; return a line for each that was tried in vain.

        Parameters
        ----------
        code : str
            The cell.
        restore : callable
            Binds names of the user's, those of functions from cells; it returns such lines, too.
        """
        tried: list[str] = []
        for key in used_in(code, self._shell):
            magic = self._expected.pop(key, None)
            if magic is None:
                continue
            try:
                if magic.module == "__main__":
                    tried += restore([magic.function])
                self._register(magic)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # a module may raise anything
                statement = f"import {magic.module}"
                tried += [] if magic.module == "__main__" else [messages.tried_to_import(magic.name, statement, error)]
        return tried

    def _register(self, magic: Magic) -> None:
        if magic.module == "__main__":
            function = self._shell.user_ns[magic.function]
        else:
            with quiet():
                function = import_module(magic.module)
            for part in magic.function.split("."):
                function = getattr(function, part)
        if magic.name not in self._shell.magics_manager.magics[magic.kind]:  # importing it may have done that
            self._shell.register_magic_function(function, magic.kind, magic.name)

    def _described(self, kind: str, name: str, function: Any) -> Magic | None:
        """Return how a magic is registered again, None where IPython does that or nobody can."""
        if type(function) is not FunctionType:  # a method, of an object that an extension has made
            return None
        module, path = function.__module__, function.__qualname__
        if type(module) is not str or f"{module}.".startswith(_OF_KERNELS) or "<" in path:
            return None
        if module == "__main__" and self._shell.user_ns.get(path) is not function:
            return None
        return Magic(kind, name, module, path)
