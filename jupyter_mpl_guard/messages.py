"""All user-facing sentences of the server: in plot states, in answers to REST calls, in warnings of the log."""

from __future__ import annotations

import json
from collections.abc import Iterable
from textwrap import shorten

from .agent.protocol import PAUSED_BY_USER as PAUSED_BY_USER

_LONGEST_ECHO = 80

# --- Plot states ------------------------------------------------------------------------------------------------------

SWITCHED_OFF = "Plotting settings are not kept: the guard is switched off in the settings."
PAUSED_BY_CRASHES = (
    "The kernel died twice within 10 seconds of a restore, so only plotting settings come back for now. "
    "Resume the guard to try again, or forget the plotting state."
)
DEAD = "The kernel is dead. Restart it to go on; its plotting settings come back with it."
BUSY = "The kernel is busy; its plotting settings come back when it is idle."


def not_saved(why: str) -> str:
    """Return the message that the plot state that is shown is not the last one."""
    return f"What is plotted now could not be saved, so a restart will lose it: {why}"


def not_guarded(error: object) -> str:
    """Return why a kernel has no agent."""
    return f"Plotting settings are not guarded in this kernel ({error})."


NO_PLOT_STATE = "what it has answered is no plot state"
NO_JSON_OBJECT = "what it has answered is no JSON object"
NO_CONNECTION = "not connected to the gateway"
CONNECTION_CLOSED = "the gateway has closed the connection"
DIED_OVER_IT = "the kernel died over the request"
"""Why an agent is not there, or has failed."""


def of_error(error: Exception) -> str:
    """Return the text of an error that is not an agent's."""
    return f"{type(error).__name__}: {shorten(str(error), 200)}"


# --- What is left behind when plots go from one kernel to the next ----------------------------------------------------

LATEST_CHANGES = "the latest changes of plots and settings"
LATEST_DATA = "the latest changes of the data"
THE_FIGURES = "the figures"
THE_DATA = "the data"
"""What is left behind, or lost."""


def figures_of_another_kind(kind: str) -> str:
    """Return why figures do not go over: they could make code run."""
    return f"they wait for the next kernel {kind!r}: this one is of another kind"


def data_of_another_kind(kind: str) -> str:
    """Return why data does not go over: it could make code run."""
    return f"it waits for the next kernel {kind!r}: this one is of another kind"


def too_much_kept(limit: float) -> str:
    """Return why something is left behind."""
    return f"what is kept of notebooks would take more than {limit:g} MiB (MplGuardApp.keep_limit)"


# --- Answers to REST calls --------------------------------------------------------------------------------------------

NOT_PYTHON = "This kernel does not run Python under ipykernel, so there are no Matplotlib settings to restore."
BUSY_NOW = "The kernel is busy; ask again when it is idle."
TOO_MANY_REQUESTS = "Too many different requests wait for this kernel already; ask again when it is idle."
NO_AGENT = "The kernel has just been restarted, or nobody guards it; ask again when its plotting state says more."
NO_PICTURE = "No picture of this figure is kept; an idle kernel draws one where the query says draw=1."
NOT_THERE_YET = "The figure is not in this kernel yet; ask again."
EXPORT_BUSY = "The kernel is busy; export the figure when it is idle."
FIGURE_BUSY = "The kernel is busy; what was asked of the figure happens when it is idle."
ACCESS_DENIED = (
    "Access denied: send the server's token in the header `Authorization: token <token>`; a request that a login "
    "cookie authenticates must bring Jupyter's XSRF token in the header `X-XSRFToken`."
)
UNEXPECTED = "The server met an error that it did not expect; please report what its log says."


def unknown_kernel(kernel_id: str, listing: str) -> str:
    """Return the message that there is no such kernel, and at which address the kernels are listed."""
    return f"No kernel has the id {_shown(kernel_id)}; GET {listing} lists the kernels there are."


def _shown(name: str) -> str:
    return json.dumps(name if len(name) <= _LONGEST_ECHO else f"{name[:_LONGEST_ECHO]}…")


def unknown_figure(figure: str, address: str) -> str:
    """Return the message that a kernel has no such figure, and at which address those are listed that it has."""
    return f"The kernel has no figure with the id {_shown(figure)}; GET {address} lists those that it has."


def wrong_method(method: str | None, right: Iterable[str]) -> str:
    """Return which methods an address knows."""
    return f"{method} is not available here; use {' or '.join(right)}."


# --- Diagnosis: what only the server knows ----------------------------------------------------------------------------

AGENT_ANSWERS = "The guard looks after this kernel."
UNGUARDED = "The guard does not look after this kernel, so nothing in it could be checked."
GUARD_IT = "Switch the guard on, or resume it for this kernel."
AGENT_FAILED = "The kernel could not be checked ({error})."
RESTART = "Restart the kernel."
OWN_KERNEL = "No other notebook uses this kernel."
GIVE_KERNELS = (
    "In each of them, choose Kernel, Change Kernel… and start a new kernel; what is in this one ends with the first."
)
NO_SESSIONS = "Which notebooks use this kernel is not known ({error})."
NO_CANVASES = "Interactive canvases of ipympl are not asked for."
OTHER_PAGES = "This server has no JupyterLab, so what its pages are made of is not known."
NO_IPYMPL_IN_PAGE = (
    "The kernel's ipympl draws canvases, and the pages of this server cannot show them: ipympl is not installed beside "
    "JupyterLab."
)
INSTALL_IPYMPL = "Run `python -m pip install ipympl` in the environment of JupyterLab, then reload the page."
NO_VERSION_WANTED = "The kernel's ipympl does not say which version it wants in the page."
OTHER_IPYMPL_IN_PAGE = "The page has version {version} of ipympl's half, and the kernel's ipympl wants {wanted}."
UPDATE_IPYMPL = (
    "Run `python -m pip install --upgrade ipympl` in the environments of JupyterLab and of the kernel, then restart "
    "the kernel and reload the page."
)
IPYMPL_FITS = "Version {version} of ipympl's half in the page is the one that the kernel wants."
NO_WIDGET_MANAGER = (
    "The pages of this server cannot show widgets: jupyterlab_widgets is not installed beside JupyterLab."
)
INSTALL_WIDGET_MANAGER = (
    "Run `python -m pip install jupyterlab_widgets` in the environment of JupyterLab, then reload the page."
)
WIDGET_MANAGER_DISABLED = "The pages of this server cannot show widgets: their extension is disabled."
ENABLE_WIDGET_MANAGER = (
    "Run `jupyter labextension enable --level=user @jupyter-widgets/jupyterlab-manager` in a terminal, then reload the "
    "page."
)
WIDGET_MANAGER_WORKS = "Version {version} of the extension that shows widgets is there."


def shared_kernel(paths: Iterable[str]) -> str:
    """Return the message that several notebooks use one kernel."""
    return f"Several notebooks use this kernel, and with it the same figures and settings: {', '.join(paths)}."


# --- What is wrong with a body: `offer` is the sentence that says what to send instead --------------------------------

NAMES_NOTHING = "The body names nothing to change."
NO_OBJECT = "The body must be a JSON object."


def empty_body(offer: str) -> str:
    """Return the message that nothing was sent."""
    return f"The body is empty. {offer}"


def not_utf8(position: int) -> str:
    """Return at which byte the body stops being text."""
    return f"Byte {position} of the body is not UTF-8. Send JSON in UTF-8."


def not_json(error: json.JSONDecodeError, offer: str) -> str:
    """Return where the body stops being JSON."""
    return f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}. {offer}"


def too_deep_or_long(offer: str) -> str:
    """Return the message that the body is beyond what Python reads."""
    return f"The body nests too deep or holds too long a number. {offer}"


def key_twice(key: str) -> str:
    """Return the message that an object has a key twice."""
    return f"The body has the key {key} twice; send it once."


def not_finite(constant: str) -> str:
    """Return the message that a number is not one that JSON has."""
    return f"The body holds {constant}, which is not JSON; send a finite number."


def half_a_surrogate_pair(key: str) -> str:
    """Return the message that a string is not text."""
    return f"{key} contains half of a surrogate pair; send Unicode text."


def must_be(key: str, expected: str) -> str:
    """Return what the value of a key has to be."""
    return f"{key} must be {expected}."


BACKEND_NAME = "a name of letters and digits, with a letter first"
BOOLEAN = "true or false"
TEXT = "a string that is not empty"
OPTIONAL = " (optional)"
"""What the value of a key may be."""


def one_of(values: Iterable[str]) -> str:
    """Return the phrase for a value that is one of some."""
    return "one of " + ", ".join(values)


def number_between(least: float, most: float) -> str:
    """Return the phrase for a value that is a number."""
    return f"a number from {least} to {most}"


def texts_between(least: int, most: int) -> str:
    """Return the phrase for a value that is a list of strings."""
    return f"a list of {least} to {most} strings that are not empty"


def text_between(least: int, most: int) -> str:
    """Return the phrase for a value that is a string of limited length."""
    return f"a string of {least} to {most} characters"


def key_lacking(key: str) -> str:
    """Return which key is required."""
    return f"The body lacks {key}."


def key_unknown(key: str) -> str:
    """Return which key means nothing."""
    return f"The body has the unknown key {key}."


def send_object(keys: Iterable[str]) -> str:
    """Return what a body may hold."""
    return f"Send a JSON object with {'; '.join(keys)}."


# --- Warnings of the log, whose arguments the log fills in ------------------------------------------------------------

LOG_NOT_IN_CHOSEN = "mpl-guard: %s"
LOG_NOT_GUARDED = "mpl-guard: kernel %s: %s"
LOG_RESTORE_NOT_STARTED = "mpl-guard: the restore of kernel %s after its restart could not be started"
LOG_DIARY_NOT_REMOVED = "mpl-guard: the diary of kernel %s could not be removed: %s"
LOG_OLD_DIARY_NOT_REMOVED = "mpl-guard: the old diary %s could not be removed: %s"
LOG_NOT_ARCHIVED = "mpl-guard: the plots of %s could not be archived and stay where they are for another try: %s"
LOG_ARCHIVE_NOT_READ = "mpl-guard: the archive %s cannot be read now and stays where it is: %s"
LOG_NOT_RESTORED = "mpl-guard: the archive of %s cannot be handed over: %s"
LOG_NOT_FOLLOWED = "mpl-guard: the archive of %s did not follow it: %s"
LOG_ARCHIVE_TROUBLE = "mpl-guard: something went wrong with the archives of notebooks: %r"
LOG_FOREIGN_STORE = (
    "mpl-guard: %s is not a folder of yours, so nothing in it is read and plots are not kept beyond their kernel's "
    "life: move it away, or set MplGuardApp.kept_dir."
)
LOG_NOT_DELIVERED = "mpl-guard: a message that had waited for the restore could not be sent to kernel %s"
LOG_MESSAGE_TROUBLE = "mpl-guard: a message of kernel %s passes the gate unchecked after an error"
LOG_GATE_FULL = "mpl-guard: too much was sent to kernel %s during its restart; it goes on to the kernel without waiting"
