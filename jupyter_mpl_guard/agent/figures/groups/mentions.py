"""What the sources of cells say about figures: which names they may use, and which they only bind to something else."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from typing import NamedTuple

from ...cells.source import HIDES_USES


class Mentions(NamedTuple):
    """What the cells say that have run since figures were saved last.

    Attributes
    ----------
    identifiers : frozenset of str
        All identifiers in their sources.
    sources : tuple of str
        The sources.
    """

    identifiers: frozenset[str] = frozenset()
    sources: tuple[str, ...] = ()

    def and_of(self, source: str, identifiers: frozenset[str]) -> Mentions:
        """Return them with those of one more cell."""
        return Mentions(self.identifiers | identifiers, (*self.sources, source) if source else self.sources)

    def uses(self) -> Uses:
        """Return what the cells do with names: all their sources are parsed."""
        unknown = Uses(set(), set(self.identifiers), is_known=False)
        if not self.identifiers.isdisjoint(HIDES_USES):
            return unknown
        bound, read = set(), set()
        try:
            for source in self.sources:
                reader = _Reader()
                reader.block(ast.parse(source).body, set())
                bound |= reader.bound
                read |= reader.read
        except (SyntaxError, ValueError, RecursionError, MemoryError):  # a source is not plain Python
            return unknown
        return Uses(bound, read)


def bound_for_certain(source: str) -> set[str]:
    """Return the names that a cell has bound or deleted if it has run without an error."""
    known: set[str] = set()
    try:
        _Reader().block(ast.parse(source).body, known)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # it is not plain Python
        return set()
    return known


class Uses(NamedTuple):
    """What some cells do with names.

    Attributes
    ----------
    bound : set of str
        Names that they bind.
    read : set of str
        Names that they may read before they have bound them.
    is_known : bool
        Whether that can be told; otherwise all identifiers count as read.
    """

    bound: set[str]
    read: set[str]
    is_known: bool = True

    def use(self, names: Collection[str]) -> bool:
        """Return whether the cells may have used what one of some names stands for."""
        return not (self.bound.isdisjoint(names) and self.read.isdisjoint(names))

    def only_rebind(self, names: Collection[str]) -> bool:
        """Return whether the cells have bound some names to something else without using what these stood for."""
        return self.is_known and self.bound.issuperset(names) and self.read.isdisjoint(names)


class _Reader:
    """Read statements in their order.

    What runs only under a condition counts as read where it reads, and does not count as bound for what follows.

    Attributes
    ----------
    bound, read : set of str
        See `Uses`.
    """

    def __init__(self) -> None:
        self.bound: set[str] = set()
        self.read: set[str] = set()

    def block(self, statements: Iterable[ast.stmt], known: set[str]) -> None:
        """Read some statements; `known` are the names that have been bound before for certain."""
        for each in statements:
            self._statement(each, known)

    def _statement(self, node: ast.stmt, known: set[str]) -> None:
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            self._reads(node.value, known)
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets if node.value else ():
                self._binds(target, known)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self._bind((alias.asname or alias.name.partition(".")[0] for alias in node.names), known)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            self._reads(node, known)
            self._bind([node.name], known)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self._reads(node.iter, known)
            inside = set(known)
            self._binds(node.target, inside)
            self.block(node.body, inside)
            self.block(node.orelse, set(known))
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            inside = set(known)
            for item in node.items:
                self._reads(item.context_expr, inside)
                if item.optional_vars:
                    self._binds(item.optional_vars, inside)
            self.block(node.body, inside)
        elif isinstance(node, (ast.If, ast.While)):
            self._reads(node.test, known)
            self.block(node.body, set(known))
            self.block(node.orelse, set(known))
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                self._binds(target, known)
        else:
            self._reads(node, known)

    def _binds(self, target: ast.expr, known: set[str]) -> None:
        """Note what is bound by an assignment to a target."""
        if isinstance(target, ast.Name):
            self._bind([target.id], known)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for each in target.elts:
                self._binds(each, known)
        elif isinstance(target, ast.Starred):
            self._binds(target.value, known)
        else:
            self._reads(target, known)

    def _bind(self, names: Iterable[str], known: set[str]) -> None:
        for name in names:
            known.add(name)
            self.bound.add(name)

    def _reads(self, node: ast.AST | None, known: set[str]) -> None:
        """Note all names in a part of the source, whatever it does with them."""
        if node is not None:
            self.read |= _names_in(node) - known


def _names_in(node: ast.AST) -> set[str]:
    """Return the names in a part of a source, without the parameters and loop variables that it has for itself."""
    if isinstance(node, ast.Name):
        return {node.id}
    parts = list(ast.iter_child_nodes(node))
    outside: list[ast.AST] = []
    own: set[str] = set()
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        parts += [part for each in node.generators for part in ast.iter_child_nodes(each)]
        targets = [part for each in node.generators for part in ast.walk(each.target)]
        own = {each.id for each in targets if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
        outside = [node.generators[0].iter]
        parts = [part for part in parts if part not in outside and part not in node.generators]
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        own = {each.arg for each in ast.iter_child_nodes(node.args) if isinstance(each, ast.arg)}
        outside = [node.args, *getattr(node, "decorator_list", [])]  # arguments have defaults and annotations
        parts = [part for part in parts if part not in outside]
    names = set().union(*map(_names_in, parts)) - own
    return names.union(*map(_names_in, outside))
