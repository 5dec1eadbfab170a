"""Settings as the lines of code that restore them in a fresh kernel: "Copy as code".

Whatever a state holds reaches the code as a literal or as a checked name: a plot state is not signed. `lines_for` needs
the standard library only, because the server writes the lines too, for a kernel that is busy.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from keyword import iskeyword
from typing import Any

from ..protocol import EMPTY_INLINE, MissingKind
from ..storage.settings_record import BACKEND, FONT_FILE, INLINE, INTERACTIVE, SettingsRecord

MAGIC = frozenset({"inline", "widget", "notebook", "tk", "qt", "qt5", "qt6", "wx", "gtk", "gtk3", "gtk4", "osx"})
"""Backends that ``%matplotlib`` has to choose: they have an event loop or a display hook of their own."""

PYPLOT, MATPLOTLIB = "matplotlib.pyplot", "matplotlib"

INLINE_OPTIONS = ("close_figures", "print_figure_kwargs", "figure_formats", "rc")
"""Options of the inline backend in the order in which they are set: formats take the arguments that there are."""

NOT_IMPORTED = "# The name {name!r} for {module!r} cannot be bound by an import."

REGISTER = "# The colormap {name!r} is none of Matplotlib's own: register it before it is used."


def lines_for(
    state: Mapping[str, Any],
    chosen: Collection[str] = (),
    styles: Mapping[str, Mapping[str, Any]] | None = None,
    colormap: str = "",
) -> str:
    """Return the code that restores the settings of a plot state in a fresh kernel.

    Parameters
    ----------
    state : mapping
        A plot state, or the settings in it.
    chosen : collection of str
        Keys of the settings that cells have chosen, see `settings_record`. A choice that is the default is written as
        well, since a file may say otherwise; that interactive mode is off, only where it was chosen or figures say so.
    styles : mapping, optional
        Names of styles to name in place of what they set, in their order, each with the rcParams, as data, that it
        sets to something else than the default.
    colormap : str
        The default colormap where it is none of Matplotlib's own, see `own_colormap`.

    Returns
    -------
    str
        Lines for a cell, "" where Matplotlib has not been imported.
    """
    backend, aliases = state.get("backend"), state.get("aliases") or {}
    if backend is None and not aliases:
        return ""
    names = _Names(aliases)
    settings: list[str] = []
    magic, choice = _backend(state, chosen, names)
    settings += choice
    settings += _fonts(chosen)
    settings += [REGISTER.format(name=colormap)] if colormap else []
    settings += _inline(state.get("inline") or {}, chosen)
    settings += _parameters(state.get("rc_params") or {}, chosen, styles or {}, names)
    settings += _interactive(state, by_magic=bool(magic), names=names, chosen=chosen)
    return "".join(line + "\n" for line in [*magic, *names.imports(), *settings])


def choices(record: SettingsRecord) -> list[str]:
    """Return the keys of what cells have chosen, as far as their values are data."""
    unsaved = {each.key for each in record.unsaved if each.kind is MissingKind.PARAMETER}
    return [key for key in record.chosen if key not in unsaved]


class _Names:
    """The names by which the code reaches Matplotlib: the user's where there are some, else functions alone.

    A module that is imported for the code only would become one of the user's aliases.
    """

    def __init__(self, aliases: Mapping[str, str]) -> None:
        self._aliases = aliases
        self._needed: set[str] = set()
        self.pyplot = self._best(PYPLOT, "plt")
        self._matplotlib = self._best(MATPLOTLIB, "matplotlib")

    def of(self, name: str) -> str:
        """Return how to reach what pyplot and ``matplotlib`` both have."""
        for module in (self.pyplot, self._matplotlib):
            if module is not None:
                return f"{module}.{name}"
        return self.of_matplotlib(name)

    def of_matplotlib(self, name: str) -> str:
        """Return how to reach what only ``matplotlib`` has."""
        if self._matplotlib is not None:
            return f"{self._matplotlib}.{name}"
        self._needed.add(name)
        return name

    def imports(self) -> list[str]:
        """Return the lines that bind all of them; to be called last."""
        lines = []
        for alias, module in sorted(self._aliases.items(), key=lambda item: (item[1], item[0])):
            if not (_is_name(alias) and all(map(_is_name, module.split(".")))):
                lines.append(NOT_IMPORTED.format(name=alias, module=module))
            elif alias == module:
                lines.append(f"import {module}")
            else:
                package, _, name = module.rpartition(".")
                lines.append(f"from {package} import {name}" if alias == name else f"import {module} as {alias}")
        if self._needed:
            lines.append(f"from matplotlib import {', '.join(sorted(self._needed))}")
        return lines

    def _best(self, module: str, usual: str) -> str | None:
        found = [alias for alias, name in self._aliases.items() if name == module and _is_name(alias)]
        return usual if usual in found else min(found, default=None)


def _is_name(text: str) -> bool:
    return text.isidentifier() and not iskeyword(text)


def _backend(state: Mapping[str, Any], chosen: Collection[str], names: _Names) -> tuple[list[str], list[str]]:
    """Return the magic that chooses the backend, or else the line that does so once the modules are imported."""
    backend = state.get("backend")
    if backend is None:
        return [], []
    if backend == "inline" and not state.get("interactive") and not _is_off(state, chosen):
        return [], []  # ipykernel has chosen it, and no figure has loaded it yet: that switches interactive mode on
    if backend in MAGIC:
        return [f"%matplotlib {backend}"], []
    choose = f"{names.pyplot}.switch_backend" if names.pyplot is not None else names.of_matplotlib("use")
    return [], [f"{choose}({_literal(backend)})"]


def _is_off(state: Mapping[str, Any], chosen: Collection[str]) -> bool:
    """Return whether interactive mode has been switched off, and is not just off as it is before the first figure."""
    return INTERACTIVE in chosen or bool(state.get("figures"))


def _interactive(state: Mapping[str, Any], *, by_magic: bool, names: _Names, chosen: Collection[str]) -> list[str]:
    """Return the line that switches interactive mode; the magic switches it on.

    It is the last one, and what pyplot's functions return would be shown as the output of the cell.
    """
    wanted = bool(state.get("interactive"))
    if wanted == by_magic and not (INTERACTIVE in chosen and not by_magic):
        return []
    if names.pyplot is not None:
        return [f"{names.pyplot}.{'ion' if wanted else 'ioff'}();"]
    return [f"{names.of_matplotlib('interactive')}({wanted})"]


def _inline(inline: Mapping[str, Any], chosen: Collection[str]) -> list[str]:
    """Return the lines that configure the inline backend."""
    return [
        f"%config InlineBackend.{option} = {_literal(inline[option])}"
        for option in INLINE_OPTIONS
        if option in inline and (inline[option] != EMPTY_INLINE[option] or INLINE + option in chosen)
    ]


def _fonts(chosen: Collection[str]) -> list[str]:
    """Return the lines that add font files to those that Matplotlib knows."""
    files = sorted(key[len(FONT_FILE) :] for key in chosen if key.startswith(FONT_FILE))
    first = ["from matplotlib.font_manager import fontManager"] if files else []
    return first + [f"fontManager.addfont({_literal(path)})" for path in files]


def _parameters(
    rc_params: Mapping[str, Any], chosen: Collection[str], styles: Mapping[str, Mapping[str, Any]], names: _Names
) -> list[str]:
    """Return the lines that set the rcParams: styles, and what they do not set."""
    if names.pyplot is None:
        styles = {}
    by_style = {key: value for values in styles.values() for key, value in values.items()}
    values = {key: _value(key, value) for key, value in rc_params.items() if by_style.get(key, _NOTHING) != value}
    # Where a style or a file says otherwise, the default is a setting like any other.
    for key in {*by_style, *filter(_is_parameter, chosen)} - {*rc_params}:
        values[key] = f"{names.of('rcParamsDefault')}[{_literal(key)}]"
    lines = []
    if styles:
        lines.append(f"{names.pyplot}.style.use({_literal([*styles] if len(styles) > 1 else next(iter(styles)))})")
    if any(each.startswith("cycler(") for each in values.values()):
        lines.append("from cycler import cycler")
    if values:
        entries = "".join(f"    {_literal(key)}: {values[key]},\n" for key in sorted(values))
        lines.append(f"{names.of('rcParams')}.update({{\n{entries}}})")
    return lines


def _is_parameter(key: str) -> bool:
    return key not in (BACKEND, INTERACTIVE) and not key.startswith((INLINE, FONT_FILE))


_NOTHING = object()


def _value(key: str, value: Any) -> str:
    """Return the value of an rcParam as Python; the text of a cycle as the cycle, whose numbers stay what they are."""
    if key == "axes.prop_cycle" and isinstance(value, str):
        try:
            tree = ast.parse(value.strip(), mode="eval").body
            return ast.unparse(tree) if _is_cycle(tree) else _literal(value)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
    return _literal(value)


def _is_cycle(node: ast.expr) -> bool:
    """Return whether there are only calls of ``cycler`` with data, and sums and products of them."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, (ast.Add, ast.Mult)) and _is_cycle(node.left) and _is_cycle(node.right)
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "cycler"):
        return False
    for each in (*node.args, *(keyword.value for keyword in node.keywords)):
        ast.literal_eval(each)
    return all(keyword.arg is not None for keyword in node.keywords)


def _literal(value: Any) -> str:
    """Return JSON data as Python writes it, texts in double quotes where that is as short."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_literal(key)}: {_literal(each)}" for key, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_literal, value)) + "]"
    text = repr(value)
    return f'"{text[1:-1]}"' if isinstance(value, str) and text[0] == "'" and '"' not in text else text


def own_colormap(rc_params: Mapping[str, Any]) -> str:
    """Return the name of the default colormap where a cell or a library has registered it, "" for Matplotlib's own."""
    from ..internals.registries import builtin_colormaps

    name = rc_params.get("image.cmap", "")
    builtin = builtin_colormaps()
    return name if builtin and isinstance(name, str) and name not in builtin else ""


def styles_in_force(rc_params: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the styles of Matplotlib's library that explain rcParams, by name, with what of them each sets.

    All that a style sets is in force. Those that explain most come first; one that explains nothing more is left out.

    Parameters
    ----------
    rc_params : mapping
        The rcParams that differ from the defaults, as data.
    """
    import sys

    from ..internals.registries import parameter
    from .rcparams import same

    style: Any = sys.modules.get("matplotlib.style")
    if style is None:
        return {}
    rc = sys.modules["matplotlib"].rcParams
    candidates = {
        name: dict(values)
        for name, values in style.library.items()
        if not name.startswith("_") and (not name.startswith("seaborn") or name.startswith("seaborn-v0_8"))
    }
    candidates = {
        name: values
        for name, values in candidates.items()
        if all(same(value, parameter(rc, key)) for key, value in values.items())
    }
    found: dict[str, dict[str, Any]] = {}
    rest = set(rc_params)
    while candidates:
        best = max(candidates, key=lambda name: (len(rest & candidates[name].keys()), name))
        if not rest & candidates[best].keys():
            break
        values = candidates.pop(best)
        rest -= values.keys()
        found[best] = {key: rc_params[key] for key in values if key in rc_params}
    return found
