"""From the command line to an exit status."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from ..agent.state.naming import NoSuchFigure
from ..agent.state.summary import visible
from . import messages
from .arguments import parser
from .commands import COMMANDS, Result
from .outcome import CommandFailed, ExitStatus


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line behind the command's name, that of this process by default.
    """
    options = parser().parse_args(arguments)
    try:
        result = COMMANDS[options.command](options)
        _print(result, options)
        return int(result.status)
    except NoSuchFigure as error:
        return _failed(ExitStatus.USAGE, str(error))
    except CommandFailed as error:
        return _failed(error.status, str(error))
    except BrokenPipeError:  # the reader has read enough
        sys.stderr.close()
        return int(ExitStatus.OK)
    except KeyboardInterrupt:
        return _failed(ExitStatus.INTERRUPTED, messages.INTERRUPTED)


def _print(result: Result, options: Namespace) -> None:
    text = json.dumps(result.answer, indent=2) if options.json else result.text
    if text:
        print(_printable(text))
    sys.stdout.flush()


def _printable(text: str) -> str:
    """Return a text with what the terminal's encoding does not have replaced."""
    encoding: Any = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)


def _failed(status: ExitStatus, sentence: str) -> int:
    print(visible(sentence), file=sys.stderr)
    return int(status)
