"""Magics that cells, or modules that they import, have registered: they are there again when a cell uses them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import FunctionType
from typing import TYPE_CHECKING, Any

from ...storage.data.entry import Import, RegisteredMagic
from .. import sentences

if TYPE_CHECKING:
    from ..restore import DataRestore

_USED = re.compile(r"(?:^|=)\s*(%%?)([^\W\d]\w*)", re.M)
_OF_KERNELS = ("IPython.", "ipykernel.", __name__.partition(".")[0] + ".")


def used_in(code: str, shell: Any) -> list[tuple[str, str]]:
    """Return kind and name of the magics that a cell uses and that are not registered."""
    kinds = shell.magics_manager.magics
    found = [("cell" if len(sign) == 2 else "line", name) for sign, name in _USED.findall(code)]
    return [(kind, name) for kind, name in found if name not in kinds[kind]]


class Magics:
    """Track which functions have been registered as magics, and register those of an earlier incarnation.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The kernel's shell.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._expected: dict[tuple[str, str], RegisteredMagic] = {}

    @property
    def are_expected(self) -> bool:
        """Whether magics are still to be registered."""
        return bool(self._expected)

    def now(self) -> tuple[RegisteredMagic, ...]:
        """Return the magics that have been registered, or that are still to come."""
        known = dict(self._expected)
        for kind, functions in self._shell.magics_manager.magics.items():
            for name, function in functions.items():
                found = self._found(function)
                if found is not None:
                    known[kind, name] = RegisteredMagic(kind, name, found)
        return tuple(known.values())

    def expect(self, magics: Iterable[RegisteredMagic]) -> None:
        """Record the magics to register when a cell uses them."""
        self._expected = {(each.kind, each.name): each for each in magics}

    def before_cell(self, code: str, restore: DataRestore) -> list[str]:
        """Register the magics that a cell uses; return a line for each that failed.

        Parameters
        ----------
        restore : restore.DataRestore
            Restores the functions.
        """
        tried: list[str] = []
        for key in used_in(code, self._shell) if self._expected else ():
            magic = self._expected.pop(key, None)
            if magic is not None:
                tried += self._register(magic, restore)
        return tried

    def _register(self, magic: RegisteredMagic, restore: DataRestore) -> list[str]:
        module, name = magic.function.module, magic.function.attribute
        tried: list[str] = []
        try:
            if module == "__main__":
                tried = restore.restore([name])
                if name not in self._shell.user_ns:
                    return tried
            function = restore.imported(magic.function)
            if magic.name not in self._shell.magics_manager.magics[magic.kind]:  # importing it may have done that
                self._shell.register_magic_function(function, magic.kind, magic.name)
        except KeyboardInterrupt:
            self._expected[magic.kind, magic.name] = magic
            raise
        except BaseException as error:  # a module may raise anything
            return [*tried, sentences.tried_to_import(magic.name, f"import {module}", error)]
        return tried

    def _found(self, function: Any) -> Import | None:
        """Return where a magic's function is found, None where IPython registers it itself or it cannot be found."""
        if type(function) is not FunctionType:  # a method, of an object that an extension has made
            return None
        module, path = function.__module__, function.__qualname__
        if type(module) is not str or f"{module}.".startswith(_OF_KERNELS) or "<" in path:
            return None
        if module == "__main__" and self._shell.user_ns.get(path) is not function:
            return None
        return Import(module, path)
