"""Sentences of the agent for people: messages of the plot state, and what is missing with the reason.

What is missing and why are parts of one sentence. Here are those about settings and figures, and those that several
rooms share. Others are in the `sentences` of their room: of `data`, `diagnosis`, `magic`, `pickling`, and
`figures.single`; of `storage`, which the server shares, and of `state`, which the command line shares.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from .protocol import PAUSED_BY_USER as PAUSED_BY_USER
from .protocol import Missing, MissingKind


def said(error: BaseException) -> str:
    """Return the text of an error; third-party errors may raise another one when converted to text."""
    try:
        return str(error)
    except Exception:
        return "it does not say why"


def described(error: BaseException) -> str:
    """Return an error's class and text."""
    return f"{type(error).__name__}: {said(error)}"


# --- Messages of the plot state, and of answers -----------------------------------------------------------------------

UNSIGNED = "Nothing is saved in this kernel, so a restart loses it: it has no key to sign with (Session.key is empty)."
INTERRUPTED = "The kernel was interrupted meanwhile; ask again."


def unwritten(error: BaseException) -> str:
    """Return the message that the diary cannot be written."""
    return f"What is plotted now could not be saved, so a restart will lose it: {error}"


def not_guarded(error: BaseException) -> str:
    """Return the message that something of the agent went wrong."""
    return f"Plotting settings are not guarded in this kernel: {described(error)}"


def offered_things(figures: int, variables: int, size: int) -> str:
    """Return what waits for a click: how many figures, and how many values of how many bytes."""
    parts = [_count(figures, "figure")] if figures else []
    return ", ".join([*parts, *([_count(variables, "variable"), _size(size)] if variables else [])])


def _count(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"


def _size(size: int) -> str:
    """Return a number of bytes in a readable unit."""
    return f"{size / 1e6:.0f} MB" if size >= 1e6 else f"{max(size / 1e3, 1):.0f} kB"


def offer(what: str, *, has_settings: bool, is_first: bool) -> str:
    """Return what waits for a click.

    Parameters
    ----------
    what : str
        As `offered_things` names it.
    has_settings : bool
        Whether settings have come back.
    is_first : bool
        Whether this is the first incarnation: it has what the last kernel of its notebook has left.
    """
    origin = "the notebook's last kernel" if is_first else "before the restart"
    said = f"{what} from {origin} can be restored."
    return f"Plotting settings are back; {said}" if has_settings else said


def still_saved(count: int) -> str:
    """Return how many figures could not be loaded and can be asked for again."""
    figures, stay = ("1 figure", "stays") if count == 1 else (f"{count} figures", "stay")
    return f"{figures} could not be loaded and {stay} saved: restore figures again when the reason is gone."


# --- What is missing --------------------------------------------------------------------------------------------------

SETTINGS = "the plotting settings"
RC_PARAMS = "rcParams"
INTERACTIVE_MODE = "interactive mode"
BACKEND = "the backend"
INLINE = "the inline backend's configuration"
ALIASES = "the import aliases"
MODULES = "modules of Matplotlib"
FONTS = "fonts"
FONT_FILE = "the font file {path}"
FONT = "font {name!r}"
FIGURES = "the figures"
DATA = "the data"
CANVAS = "the interactive canvas of {title}"
PLOTS_AND_SETTINGS = "plots and settings"


REMEDIES = {
    MissingKind.NAME: "run the cell again that makes it",
    MissingKind.BACKEND: "choose another one, or look for problems to see how this one is mended",
    MissingKind.FIGURE: "run the cell again that draws it",
    MissingKind.LATEST_CHANGES: "run the cell again that made them",
}
"""What to do about what did not come back, where that depends on what it is; other reasons say it themselves."""


def with_remedies(missing: Iterable[Missing]) -> tuple[Missing, ...]:
    """Return what did not come back, each with what to do about it."""
    return tuple(each._replace(why=_and_remedy(each.why, REMEDIES.get(each.kind))) for each in missing)


def _and_remedy(why: str, remedy: str | None) -> str:
    return f"{why.rstrip('.')}; {remedy}" if remedy else why


def missing_figure(title: str, why: str) -> Missing:
    """Return a `Missing` which says that a figure is not saved or could not be loaded."""
    return Missing(title, why, MissingKind.FIGURE)


def missing_name(name: str, why: str, whose: str = "") -> Missing:
    """Return a `Missing` which says that a name is not bound, as it was before."""
    of = f" of {whose}" if whose not in ("", name) else ""
    return Missing(f"the name {name}{of}", why, MissingKind.NAME, name)


def waiting_name(name: str) -> Missing:
    """Return a `Missing` which says that a name is bound as soon as all of its figures are back."""
    return Missing(f"the name {name}", LEADS_TO_OFFERED, MissingKind.WAITING_NAME, name)


def taken_name(name: str) -> Missing:
    """Return a `Missing` which says that a cell has bound a name to something else: there is nothing to do about it."""
    return Missing(f"the name {name}", BOUND, MissingKind.TAKEN_NAME, name)


def missing_global(name: str, why: str, whose: str = "the figure") -> Missing:
    """Return a `Missing` which says that a global name is not bound that a function of a figure uses."""
    return Missing(f"the name {name}, which a function of {whose} uses,", why, MissingKind.NAME, name)


def missing_parameter(key: str, why: str) -> Missing:
    """Return a `Missing` which says that an rcParam is not set."""
    return Missing(f"rcParams[{key!r}]", why, MissingKind.PARAMETER, key)


def missing_backend(name: str | None, why: str) -> Missing:
    """Return a `Missing` which says that a backend is not in force."""
    return Missing(f"backend {name!r}", why, MissingKind.BACKEND, name or "")


def missing_changes(of: str, why: str) -> Missing:
    """Return a `Missing` which says that something is saved as it was before."""
    return Missing(f"the latest changes of {of}", why, MissingKind.LATEST_CHANGES)


def missing_until_asked_for(title: str, why: str) -> Missing:
    """Return a `Missing` which says that figures cannot be loaded now."""
    kept = "it stays saved and is tried again when figures are asked for"
    return Missing(title, f"{why}; {kept}", MissingKind.KEPT_FIGURES)


def missing_module(name: str, why: str) -> Missing:
    """Return a `Missing` which says that a module of Matplotlib is not loaded."""
    return Missing(f"the module {name}", why)


def missing_printer(mime: str, why: str) -> Missing:
    """Return a `Missing` which says that figures are not shown in a format as they were."""
    return Missing(f"the figure printer for {mime}", why)


def missing_inline(option: str, key: str, why: str) -> Missing:
    """Return a `Missing` which says that one value of an option of the inline backend is not set."""
    return Missing(f"InlineBackend.{option}[{key!r}]", why)


def missing_figure_of(name: str) -> Missing:
    """Return a `Missing` which says that a figure is not saved, since it is not looked for where it is."""
    return Missing(f"a figure that only the name {name} leads to", HIDDEN)


def missing_number(number: int | None, title: str, now: int) -> Missing:
    """Return a `Missing` which says that a figure has another number now."""
    return Missing(f"the number {number} of {title}", f"a newer figure has it; it is figure {now} now")


def all_failed(what: str, error: BaseException) -> Missing:
    """Return a `Missing` which says that restoring all of some kind has raised something."""
    return Missing(what, f"restoring them failed ({described(error)}); restart the kernel to have them tried again")


# --- Why: settings ----------------------------------------------------------------------------------------------------

FAILED = "restoring it failed ({error}); set it again"
NO_MODULE = "{module} cannot be imported ({error}); install it, or import it from where it is"
NO_MATPLOTLIB = "Matplotlib cannot be imported ({error}); look for problems to see how that is mended"
NO_IPYMPL = "ipympl is not installed in this kernel's environment"
NO_TOOLKIT = "its toolkit is not installed in this kernel's environment"
NO_DISPLAY = "this kernel has no display to open windows on"
NOT_LOADED = "it could not be loaded ({error})"
INLINE_INSTEAD = "{why}; inline is in its place"
NOTHING_INSTEAD = "{why}; inline is not available in its place either ({error})"
REFUSED = "Matplotlib refused it ({error}); set a value that it takes"
NO_SUCH_PARAMETER = "Matplotlib {version} has no such parameter; do not set it any more"
NO_SUCH_COLORMAP = "no colormap {name!r} is registered in this kernel yet; register it, then set image.cmap again"
UNREGISTERED_COLORMAP = "the colormap {name!r} is an object that is not registered under its name; register it"
NESTED_TOO_DEEP = "it is nested too deep"
IS_OBJECT = "it is an object of type {kind}, which only lives in its kernel; set it again"
HOLDS_OBJECT = "it holds an object of type {kind}, which only lives in its kernel; set it again"
NO_DATA = "{value!r} does not survive being written as data; set it again"
OWN_PRINTER = "it is a function of this kernel; set it again"
OTHER_PRINTER = "it is a function of this kernel; register it again"
NO_FONT = "this kernel does not know it; add it with fontManager.addfont"
NO_FONT_FILE = "it cannot be added ({error}); add it with fontManager.addfont from where it is"

# --- Why: figures and their names -------------------------------------------------------------------------------------

WAITS = "saving it waits for the kernel to be idle"
NO_KEY = "the kernel has no key to sign it with (Session.key is empty)"
NOT_WRITTEN = "it could not be saved: {error}"
REMOVED = (
    "what was saved of it has been removed on request; "
    "unless keeping plots is paused, it is saved again when it changes"
)
NOT_WANTED = "figures are not saved in this kernel (MplGuardApp.figure_limit is 0)"
NO_FIGURE = "there is no figure with which its artists could be saved"
BACKGROUND = "a saved background ends with its canvas"
HIDDEN = "it is hidden in a closure, a class or deep inside of an object; bind it to a name of its own to have it saved"
LEADS_TO_OTHERS = "it leads to other figures as well, which have not come back with it"
LEADS_TO_OFFERED = "it leads to other figures as well, which are not back yet; restore those too"
LEADS_TO_FORMER = "it leads to parts of a figure that has been saved without it since"
NOT_RESTORED = "it could not be loaded"
VALUE_NOT_LOADED = "its value cannot be loaded ({error})"
NOT_OF_FORM = "{what} is not of the form that it has to have"
OTHER_VERSION = "{error}; Matplotlib {saved} has saved it, this kernel has {now}"
NO_CANVAS = "ipympl is not there to make it; install it in this kernel's environment"
BOUND = "it is bound to something else now"


def load_failure(error: BaseException, saved: str) -> str:
    """Return why figures cannot be loaded, with both versions where another Matplotlib has saved them.

    Parameters
    ----------
    error : BaseException
        What was raised.
    saved : str
        Version of the Matplotlib that has saved them, "" where that is not known.
    """
    reason, now = described(error), getattr(sys.modules.get("matplotlib"), "__version__", "")
    if not saved or not now or saved == now:
        return reason
    return OTHER_VERSION.format(error=reason, saved=saved, now=now)
