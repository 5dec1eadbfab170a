"""The command line: subcommands, their options and their help pages."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable

from ..agent.protocol import Wanted
from ..agent.protocol.actions import BACKEND, FORMATS, MOST_DPI

MOST_SECONDS = 600
"""How long the server waits for a kernel at most, in seconds."""

EPILOG = """exit status:
  0  all is well, or was done
  1  a problem was found, or not everything could be done
  2  the command line cannot be meant so
  3  no such server or kernel, or no access to it
  4  the kernel is busy

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


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    every = argparse.ArgumentParser(
        prog="jupyter mpl-guard",
        description="Ask a running Jupyter server about Matplotlib in its kernels.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subparsers = every.add_subparsers(dest="command", metavar="COMMAND", required=True)
    pages = {
        name: subparsers.add_parser(
            name,
            help=does,
            description=does[0].upper() + does[1:] + ".",
            epilog=EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        for name, does in SUBCOMMANDS.items()
    }
    for name, page in pages.items():
        _say_which(page, one=name != "list")
    wanted = tuple(each.value for each in Wanted)
    pages["reinit"].add_argument(
        "--figures",
        choices=wanted,
        default=Wanted.AUTO.value,
        help="figures that come back: as the policy has it (default), those offered too, or none, which ends the offer",
    )
    pages["reinit"].add_argument(
        "--data", choices=wanted, default=Wanted.AUTO.value, help="the same of imports, code from cells and data"
    )
    pages["reinit"].add_argument(
        "--backend", type=_backend, metavar="NAME", help="choose a backend, as %%matplotlib takes it"
    )
    for name in ("reinit", "restore"):
        pages[name].add_argument(
            "--timeout",
            type=_number(0, MOST_SECONDS, " of seconds"),
            default=10.0,
            metavar="SECONDS",
            help="how long to wait for a busy kernel (10)",
        )
    for name in ("restore", "export"):
        pages[name].add_argument("names", nargs="*", metavar="FIGURE", help="which figures; all by default")
    _say_how_to_export(pages["export"])
    return every


def _say_which(page: argparse.ArgumentParser, *, one: bool) -> None:
    if one:
        which = page.add_mutually_exclusive_group()
        which.add_argument("--kernel", metavar="ID", help="id of the kernel")
        which.add_argument("--notebook", metavar="PATH", help="notebook of the kernel: a file, or a path of the server")
    page.add_argument("--server", metavar="URL", help="address of the server, with its base URL")
    page.add_argument(
        "--token",
        metavar="TOKEN",
        default="",
        help="token of the server; the variable JUPYTER_TOKEN, which others do not see, does as well for --server",
    )
    page.add_argument("--json", action="store_true", help="print what the server has answered, as JSON")


def _say_how_to_export(page: argparse.ArgumentParser) -> None:
    page.add_argument("--to", metavar="FOLDER", default=".", help="folder, made if need be; the present one by default")
    page.add_argument("--format", choices=FORMATS, default="png", help="png (the default), svg or pdf")
    page.add_argument(
        "--dpi", type=_number(1, MOST_DPI), metavar="N", help="dots per inch; that of the figure by default"
    )
    page.add_argument("--transparent", action="store_true", help="leave the background out")
    page.add_argument("--force", action="store_true", help="replace files that exist")


def _backend(text: str) -> str:
    """Return the name of a backend, if it can be one."""
    if not re.fullmatch(BACKEND, text):
        raise argparse.ArgumentTypeError(
            "has to be a name as %matplotlib takes it, of letters and digits: inline, widget"
        )
    return text


def _number(least: float, most: float, of: str = "") -> Callable[[str], float]:
    """Return a function that parses a number between limits."""

    def number(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"has to be a number{of} from {least:g} to {most:g}")
        return value

    return number
