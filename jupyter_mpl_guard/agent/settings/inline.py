"""The configuration of the inline backend, and the formats in which figures are actually shown."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from .. import messages
from ..internals.pyplot import add_configurable, is_retina, print_options
from ..protocol import EMPTY_INLINE, Missing
from ..storage.settings_shape import is_data
from .environment import inline_section

MIMES = {"png": "image/png", "jpeg": "image/jpeg", "svg": "image/svg+xml", "pdf": "application/pdf"}
"""Figure format to the MIME type under which IPython shows it."""


def configuration() -> Any:
    """Return the InlineBackend of the kernel, None where it has not been created yet."""
    module: Any = sys.modules.get("matplotlib_inline.config")
    if module is None or not module.InlineBackend.initialized():
        return None
    return module.InlineBackend.instance()


def fingerprint(shell: Any) -> tuple[Any, ...]:
    """Return a value that changes whenever the result of `capture` may change; cheap enough for every cell."""
    config, printers = configuration(), [id(printer) for printer in _printers(shell).values()]
    printers += map(id, _other_printers(shell).values())
    if config is None:
        return printers, dict(inline_section(shell))
    traits = set(config.figure_formats), config.close_figures, dict(config.print_figure_kwargs), dict(config.rc)
    return printers, traits


def capture(shell: Any) -> tuple[dict[str, Any], list[Missing]]:
    """Return the inline configuration as JSON data and what cannot be written so.

    Returns
    -------
    inline : dict
        ``figure_formats``, ``close_figures``, ``print_figure_kwargs`` and ``rc`` as the plot state has them.
    unsaved : list of Missing
        What is not data.
    """
    config = configuration() or _to_come(shell)
    unsaved: list[Missing] = []
    formats, kwargs = in_force(shell, unsaved)
    if config is None:
        return dict(EMPTY_INLINE), unsaved
    if formats is None:
        formats, kwargs = sorted(config.figure_formats), dict(config.print_figure_kwargs)
    return {
        "figure_formats": formats,
        "close_figures": bool(config.close_figures),
        "print_figure_kwargs": _data(kwargs, "print_figure_kwargs", unsaved),
        "rc": _data(dict(config.rc), "rc", unsaved),
    }, unsaved


def in_force(shell: Any, unsaved: list[Missing]) -> tuple[list[str] | None, dict[str, Any]]:
    """Return the formats and keyword arguments with which IPython shows a figure; None for formats that are unknown.

    ``set_matplotlib_formats`` changes only the printers, so these are read and not the configuration. Since
    IPython 7.31 a printer is a `functools.partial` of ``print_figure`` or, for retina, ``retina_figure``.
    """
    formats: list[str] = []
    kwargs: dict[str, Any] | None = None
    for name, printer in _printers(shell).items():
        options = print_options(printer)
        if options is None:
            unsaved.append(messages.missing_printer(MIMES[name], messages.OWN_PRINTER))
            continue
        formats.append("retina" if is_retina(printer) else name)
        kwargs = options
    unsaved += [messages.missing_printer(mime, messages.OTHER_PRINTER) for mime in _other_printers(shell)]
    return (sorted(formats), kwargs) if kwargs is not None else (None, {})


def restore(shell: Any, saved: Mapping[str, Any]) -> None:
    """Apply a captured configuration.

    Parameters
    ----------
    saved : dict
        As `capture` returned it; missing keys keep their value.
    """
    from matplotlib_inline.backend_inline import set_matplotlib_formats
    from matplotlib_inline.config import InlineBackend

    config = InlineBackend.instance(parent=shell)
    if config.shell is None:
        config.shell = shell
    add_configurable(shell, config)
    for trait in ("close_figures", "rc", "print_figure_kwargs", "figure_formats"):
        if trait in saved:
            value = saved[trait]
            setattr(config, trait, set(value) if trait == "figure_formats" else value)
    # The observers of the traits set the printers for a change only: a later choice of the user would survive in part.
    set_matplotlib_formats(*saved.get("figure_formats", config.figure_formats))


def _to_come(shell: Any) -> Any:
    """Return an InlineBackend as the first figure will create it, None where it will have the defaults only."""
    if not inline_section(shell):
        return None
    from matplotlib_inline.config import InlineBackend  # imports nothing of Matplotlib

    return InlineBackend(parent=shell)


def configured(of_files: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inline configuration that a section of configuration files alone gives, as `capture` returns it."""
    if not of_files:
        return dict(EMPTY_INLINE)
    from matplotlib_inline.config import InlineBackend
    from traitlets.config import Config

    config = InlineBackend(config=Config({"InlineBackend": dict(of_files)}))
    return {
        "figure_formats": sorted(config.figure_formats),
        "close_figures": bool(config.close_figures),
        "print_figure_kwargs": _data(dict(config.print_figure_kwargs), "", []),
        "rc": _data(dict(config.rc), "", []),
    }


def _printers(shell: Any) -> dict[str, Any]:
    """Return format to printer for the formats in which figures are shown now."""
    module: Any = sys.modules.get("matplotlib.figure")
    formatters = shell.display_formatter.formatters
    found = {}
    for name, mime in MIMES.items():
        if module is None or mime not in formatters:
            continue
        formatter = formatters[mime]
        # It raises where there is none, at which a debugger that pauses on raised exceptions may stop.
        if formatter.deferred_printers or not set(formatter.type_printers).isdisjoint(module.Figure.__mro__):
            try:
                found[name] = formatter.lookup_by_type(module.Figure)
            except KeyError:
                continue
    return found


def _other_printers(shell: Any) -> dict[str, Any]:
    """Return MIME type to printer for other formats in which users and libraries show figures, HTML for instance."""
    module: Any = sys.modules.get("matplotlib.figure")
    if module is None:
        return {}
    found = {}
    for mime, formatter in shell.display_formatter.formatters.items():
        if mime not in MIMES.values():
            printer = formatter.type_printers.get(module.Figure)
            if printer is not None:
                found[mime] = printer
    return found


def _data(values: Mapping[str, Any], option: str, unsaved: list[Missing]) -> dict[str, Any]:
    """Return the part of a dict that is JSON data and record the rest as unsaved."""
    import json

    data = {}
    for key, value in values.items():
        try:
            value = value.tolist() if hasattr(value, "tolist") else value
            data[key] = json.loads(json.dumps(value, allow_nan=False))
            if not is_data(data[key]):
                del data[key]
                unsaved.append(messages.missing_inline(option, key, messages.NESTED_TOO_DEEP))
        except (TypeError, ValueError, RecursionError):
            unsaved.append(messages.missing_inline(option, key, messages.IS_OBJECT.format(kind=type(value).__name__)))
    return data
