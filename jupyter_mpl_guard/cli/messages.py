"""All user-facing sentences of the command, but for those that it shares with a cell (`agent.state.sentences`)."""

from __future__ import annotations

from collections.abc import Iterable

NO_SERVER = "No Jupyter server runs here that could be found; start one, or name one with --server and --token."
NO_KERNEL = "No kernel runs on the servers that were found."
INTERRUPTED = "Interrupted."
WAITING = "Waiting for the kernel {kernel} …"
NOTHING_TO_EXPORT = "There are no figures to export."
BUSY = "The kernel is busy: ask again when it is idle."
PICTURE_INSTEAD = "{title} could not be drawn: its last picture was written as PNG. {why}"
NOT_EXPORTED = "{title} could not be exported: {why}"
NOT_WRITTEN = "{path}: {why}"
EXISTS = "{path} exists already; --force replaces it."
EXPORTING = "{count} of {total}: {path}"
NO_BACKEND = "has to be a name as %matplotlib takes it, of letters and digits: inline, widget"
OF_SECONDS = " of seconds"

DESCRIPTION = "Ask a running Jupyter server about Matplotlib in its kernels."

EPILOG = """exit status:
  0  all is well, or was done
  1  a problem was found, or not everything could be done
  2  the command line cannot be meant so
  3  no such server or kernel, or no access to it
  4  the kernel is busy
  130  interrupted

Without --server, servers are found as "jupyter server list" finds them. Without --kernel and --notebook, the kernel is
the only one there is. A figure is named by a name that leads to it (fig, ax), by its number, its label or its id."""

SUBCOMMANDS = {
    "list": "list the kernels and how plotting is in each",
    "status": "say how plotting is in a kernel",
    "figures": "list the figures of a kernel",
    "reinit": "restore the plotting settings of a kernel, and choose a backend",
    "restore": "restore figures from before the restart",
    "doctor": "look for what is wrong with plotting, and say how to mend it",
    "code": "print the lines that make the settings of a kernel in a fresh one",
    "export": "write the figures of a notebook to files",
    "forget": "remove what is saved of a kernel's plots",
}
"""Subcommand to what it does."""

HELP = {
    "--kernel": "id of the kernel, or the beginning of it",
    "--notebook": "notebook of the kernel: a file, or a path of the server",
    "--server": "address of the server, with its base URL",
    "--token": "token of the server; the variable JUPYTER_TOKEN, which others do not see, does as well for --server",
    "--json": "print what the server has answered, as JSON",
    "--figures": (
        "figures that come back: as the policy has it (default), those offered too, or none, which ends the offer"
    ),
    "--data": "the same of imports, code from cells and data",
    "--backend": "choose a backend, as %%matplotlib takes it",
    "--timeout": "how long to wait for a busy kernel (10)",
    "FIGURE": "which figures; all by default",
    "--to": "folder, made if need be; the present one by default",
    "--format": "png (the default), svg or pdf",
    "--dpi": "dots per inch; that of the figure by default",
    "--transparent": "leave the background out",
    "--force": "replace files that exist",
}
"""Option, or what is named behind all options, to what it does."""


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


def no_number(of: str, least: float, most: float) -> str:
    """Return which numbers an option takes."""
    return f"has to be a number{of} from {least:g} to {most:g}"
