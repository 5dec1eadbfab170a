"""All user-facing sentences of the command."""

from __future__ import annotations

from collections.abc import Iterable

NO_SERVER = "No Jupyter server runs here that could be found; start one, or name one with --server and --token."
NO_KERNEL = "No kernel runs on the servers that were found."
INTERRUPTED = "Interrupted."
WAITING = "Waiting for the kernel of {kernel} …"
NOTHING_TO_EXPORT = "There are no figures to export."
FORGOTTEN = "What was saved of this kernel's plots is removed; it is saved again when something changes."
BUSY = "The kernel is busy: ask again when it is idle."
PICTURE_INSTEAD = "{title} could not be drawn: its last picture was written as PNG. {why}"
NOT_EXPORTED = "{title} could not be exported: {why}"
EXISTS = "{path} exists already; --force replaces it."
EXPORTING = "{count} of {total}: {path}"


def unreachable(url: str, why: str) -> str:
    """Return the message that a server does not answer."""
    return f"The server at {url} cannot be reached ({why})."


def refused(url: str) -> str:
    """Return the message that a server requires authentication."""
    return f"The server at {url} refuses access: give its token with --token or in the variable JUPYTER_TOKEN."


def not_guarded(url: str) -> str:
    """Return the message that a server has no guard."""
    return (
        f"The server at {url} has no jupyter-mpl-guard: install it in the server's environment and enable it with "
        '"jupyter server extension enable jupyter_mpl_guard".'
    )


def no_json(url: str) -> str:
    """Return the message that what answers is not a Jupyter server."""
    return f"What answers at {url} is no Jupyter server."


def bad_address(url: str) -> str:
    """Return the message that an address is not valid."""
    return f"{url!r} is no address of a server: it begins with http:// or https://."


def unknown_kernel(kernel_id: str) -> str:
    """Return the message that no server has a kernel of an id."""
    return f"No server that was found has a kernel {kernel_id!r}; jupyter mpl-guard list shows those there are."


def unknown_notebook(path: str) -> str:
    """Return the message that no kernel belongs to a notebook."""
    return f"No kernel runs for the notebook {path!r}; jupyter mpl-guard list shows those there are."


def several_kernels(ids: Iterable[str]) -> str:
    """Return the message that the command line has to name one of several kernels."""
    return f"Several kernels run; say which with --kernel or --notebook: {', '.join(ids)}."


def exported(count: int, folder: str) -> str:
    """Return how many figures were written."""
    return f"{count} figure{'' if count == 1 else 's'} written to {folder}."
