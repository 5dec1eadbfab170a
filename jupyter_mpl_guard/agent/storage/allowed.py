"""What a saved setting may be: most are data, and those that make code run are used in fewer places.

A signature says who has written a record, not that what is in it does no harm where it is read. What names a module or
a function is put in force only in the kernel whose own cells have chosen it. What starts programs, sets the environment
or names files does not go over to a kernel of another kind: the one that has written it may be shut in.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from keyword import iskeyword
from typing import Any

from .. import messages
from ..protocol import Missing
from . import sentences
from .packages import MATPLOTLIB
from .settings_record import BACKEND, FONT_FILE, SettingsRecord

NAME = re.compile(r"[A-Za-z0-9_]+")
"""Name of a backend that Matplotlib or IPython looks up, or that an installed package has registered."""

MODULES_OF_BACKENDS = ("module://matplotlib_inline.backend_inline", "module://ipympl.backend_nbagg")
"""What the names ``inline`` and ``widget`` stand for."""

MODULE = re.compile(r"module://[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
"""A backend that is a module: choosing it runs the module."""

OF_MATPLOTLIB = re.compile(
    r"pylab|matplotlib(\.(?!backends\.|testing\b|tests\b|sphinxext\b)[A-Za-z]\w*)*"
    r"|mpl_toolkits(\.(mplot3d|axes_grid1|axisartist)(\.[A-Za-z]\w*)*)?"
)
"""Modules that come with Matplotlib. Everybody can put more into ``mpl_toolkits``, and a backend may open windows."""

RUNS_FUNCTIONS = frozenset({"figure.hooks", BACKEND})
"""rcParams that name functions or modules; the backend is a setting of its own, but an inline rc may have it."""

RUNS_PROGRAMS = re.compile(r"animation\.\w+_(path|args)|(text\.latex|pgf)\.preamble")
"""rcParams that name programs or are programs."""

PRINT_ARGUMENTS = frozenset(
    {
        *("bbox_inches", "pad_inches", "dpi", "facecolor", "edgecolor", "orientation", "papertype", "transparent"),
        *("metadata", "pil_kwargs", "quality", "optimize", "progressive", "bbox_inches_restore", "base64"),
    }
)
"""Arguments of ``print_figure`` that are data; ``backend`` would be a module."""


def in_this_kernel(record: SettingsRecord) -> tuple[SettingsRecord, list[Missing]]:
    """Return what of a record may be put in force in the kernel that has signed it, and what not.

    It is an archived one where it does not say which process has written it: then another kernel's cells have chosen.
    """
    return _filtered(record, own=record.process is not None)


def in_another_kind(record: SettingsRecord) -> tuple[SettingsRecord, list[Missing]]:
    """Return what of a record may go over to a kernel of another kind, as it cannot make code run, and what not."""
    record, missing = _filtered(record, own=False)

    def starts(key: str) -> bool:
        return bool(RUNS_PROGRAMS.fullmatch(key))

    missing += [
        Missing(sentences.ENVIRONMENT_VARIABLE.format(name), sentences.IN_ITS_KIND) for name in record.environment
    ]
    missing += [Missing(messages.FONT_FILE.format(path=path), sentences.IN_ITS_KIND) for path in record.font_files]
    chosen = [each for each in record.chosen if not each.startswith(FONT_FILE)]
    record = replace(record, environment={}, font_files=[], chosen=chosen)
    return _without_parameters(record, starts, sentences.IN_ITS_KIND, missing), missing


def _filtered(record: SettingsRecord, *, own: bool) -> tuple[SettingsRecord, list[Missing]]:
    missing: list[Missing] = []
    if not own:
        record = _without_parameters(record, RUNS_FUNCTIONS.__contains__, sentences.IN_ITS_KERNEL, missing)
    settings = dict(record.settings)
    chosen = record.chosen_backend
    names = [each for each in (chosen, settings.get(BACKEND)) if each is not None]
    refused = [each for each in names if not _is_backend(each, own=own)]
    if refused:
        missing.append(Missing(sentences.BACKEND.format(refused[0]), sentences.IN_ITS_KERNEL))
        chosen = None if chosen in refused else chosen
        settings[BACKEND] = None if settings.get(BACKEND) in refused else settings.get(BACKEND)
    if "aliases" in settings:
        aliases = settings["aliases"]
        settings["aliases"] = _kept(aliases, lambda *each: _is_alias(*each, own=own), sentences.NAME, missing)
    inline = settings.get("inline", {})
    if not own and "print_figure_kwargs" in inline:
        kwargs = _kept(
            inline["print_figure_kwargs"],
            lambda key, value: key in PRINT_ARGUMENTS,
            sentences.PRINT_ARGUMENT,
            missing,
        )
        settings["inline"] = {**inline, "print_figure_kwargs": kwargs}
    modules = [each for each in record.modules if _is_module(each, own=own)]
    return replace(record, settings=settings, chosen_backend=chosen, modules=modules), missing


def _without_parameters(
    record: SettingsRecord, is_refused: Callable[[str], bool], why: str, missing: list[Missing]
) -> SettingsRecord:
    """Return a record without some rcParams, wherever it says them."""
    settings = dict(record.settings)
    said = {*settings.get("rc_params", {}), *settings.get("inline", {}).get("rc", {})}
    missing += [messages.missing_parameter(key, why) for key in sorted(filter(is_refused, said))]

    def kept(values: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in values.items() if not is_refused(key)}

    if "rc_params" in settings:
        settings["rc_params"] = kept(settings["rc_params"])
    if "rc" in settings.get("inline", {}):
        settings["inline"] = {**settings["inline"], "rc": kept(settings["inline"]["rc"])}
    return replace(
        record,
        settings=settings,
        chosen=[key for key in record.chosen if key == BACKEND or not is_refused(key)],
        imported=[key for key in record.imported if key == BACKEND or not is_refused(key)],
    )


def _kept(
    values: Mapping[str, Any], fits: Callable[[str, Any], bool], what: str, missing: list[Missing]
) -> dict[str, Any]:
    missing += [
        Missing(what.format(key), sentences.IN_ITS_KERNEL) for key, value in values.items() if not fits(key, value)
    ]
    return {key: value for key, value in values.items() if fits(key, value)}


def _is_backend(name: str, *, own: bool) -> bool:
    return bool(NAME.fullmatch(name) or name in MODULES_OF_BACKENDS or (own and MODULE.fullmatch(name)))


def _is_module(name: str, *, own: bool) -> bool:
    return bool(OF_MATPLOTLIB.fullmatch(name)) or (own and name.partition(".")[0] in MATPLOTLIB)


def _is_alias(alias: str, module: str, *, own: bool) -> bool:
    is_name = alias.isidentifier() and not iskeyword(alias)
    return is_name and _is_module(module, own=own) and (own or not hasattr(builtins, alias))
