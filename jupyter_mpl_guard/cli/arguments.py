"""The command line: subcommands, their options and their help pages."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable

from ..agent.protocol import Wanted
from ..agent.protocol.actions import BACKEND, FORMATS, LEAST_DPI, MOST_DPI
from . import messages

MOST_SECONDS = 600
"""How long the server waits for a kernel at most, in seconds."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    every = argparse.ArgumentParser(
        prog="jupyter mpl-guard",
        description=messages.DESCRIPTION,
        epilog=messages.EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subparsers = every.add_subparsers(dest="command", metavar="COMMAND", required=True)
    pages = {
        name: subparsers.add_parser(
            name,
            help=does,
            description=does[0].upper() + does[1:] + ".",
            epilog=messages.EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        for name, does in messages.SUBCOMMANDS.items()
    }
    for name, page in pages.items():
        _say_which(page, one=name != "list")
    wanted = tuple(each.value for each in Wanted)
    for option in ("--figures", "--data"):
        pages["reinit"].add_argument(option, choices=wanted, default=Wanted.AUTO.value, help=messages.HELP[option])
    pages["reinit"].add_argument("--backend", type=_backend, metavar="NAME", help=messages.HELP["--backend"])
    for name in ("reinit", "restore"):
        pages[name].add_argument(
            "--timeout",
            type=_number(0, MOST_SECONDS, messages.OF_SECONDS),
            default=10.0,
            metavar="SECONDS",
            help=messages.HELP["--timeout"],
        )
    for name in ("restore", "export"):
        pages[name].add_argument("names", nargs="*", metavar="FIGURE", help=messages.HELP["FIGURE"])
    _say_how_to_export(pages["export"])
    return every


def _say_which(page: argparse.ArgumentParser, *, one: bool) -> None:
    if one:
        which = page.add_mutually_exclusive_group()
        which.add_argument("--kernel", metavar="ID", help=messages.HELP["--kernel"])
        which.add_argument("--notebook", metavar="PATH", help=messages.HELP["--notebook"])
    page.add_argument("--server", metavar="URL", help=messages.HELP["--server"])
    page.add_argument("--token", metavar="TOKEN", default="", help=messages.HELP["--token"])
    page.add_argument("--json", action="store_true", help=messages.HELP["--json"])


def _say_how_to_export(page: argparse.ArgumentParser) -> None:
    page.add_argument("--to", metavar="FOLDER", default=".", help=messages.HELP["--to"])
    page.add_argument("--format", choices=FORMATS, default="png", help=messages.HELP["--format"])
    page.add_argument("--dpi", type=_number(LEAST_DPI, MOST_DPI), metavar="N", help=messages.HELP["--dpi"])
    page.add_argument("--transparent", action="store_true", help=messages.HELP["--transparent"])
    page.add_argument("--force", action="store_true", help=messages.HELP["--force"])


def _backend(text: str) -> str:
    """Return the name of a backend, if it can be one."""
    if not re.fullmatch(BACKEND, text):
        raise argparse.ArgumentTypeError(messages.NO_BACKEND)
    return text


def _number(least: float, most: float, of: str = "") -> Callable[[str], float]:
    """Return a function that parses a number between limits."""

    def number(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(messages.no_number(of, least, most))
        return value

    return number
