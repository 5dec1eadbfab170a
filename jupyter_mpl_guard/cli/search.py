"""Which servers there are, and which kernel of which server is meant."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from typing import Any, NamedTuple

from . import messages
from .outcome import CommandFailed, ExitStatus
from .running import running_servers
from .server import Server


class Kernel(NamedTuple):
    """One kernel of one server.

    Attributes
    ----------
    state : dict
        Its plot state, as it was when the servers were asked.
    paths : list of str
        The notebooks that it runs for.
    """

    server: Server
    state: dict[str, Any]
    paths: list[str]

    @property
    def id(self) -> str:
        """The id of the kernel."""
        return str(self.state["kernel_id"])


def servers(options: Namespace) -> list[Server]:
    """Return the server that is named, or those that ``jupyter server list`` shows.

    Raises
    ------
    CommandFailed
        There is none.
    """
    token = options.token or os.environ.get("JUPYTER_TOKEN", "")
    if options.server is not None:
        return [Server(options.server, token)]
    found = []
    for each in running_servers():
        if str(each.get("url", "")).startswith("http+unix:"):
            continue  # a server on a socket of the file system has no address that could be asked
        found.append(Server(each["url"], options.token or each.get("token", ""), each.get("root_dir", "")))
    if not found:
        raise CommandFailed(ExitStatus.NOBODY, messages.NO_SERVER)
    return found


def kernels(options: Namespace) -> list[Kernel]:
    """Return all kernels of the servers; a server that cannot be asked is named and skipped unless it is the only one.

    Raises
    ------
    CommandFailed
        No server can be asked.
    """
    found: list[Kernel] = []
    refused: list[CommandFailed] = []
    asked = servers(options)
    for server in asked:
        try:
            states, paths = server.states(), server.notebooks()
        except CommandFailed as error:
            refused.append(error)
            continue
        found += [Kernel(server, state, paths.get(state["kernel_id"], [])) for state in states]
    if len(refused) == len(asked):
        raise refused[0]
    for each in refused:
        print(each, file=sys.stderr)
    return found


def kernel(options: Namespace) -> Kernel:
    """Return the kernel that is meant: by its id or how that begins, by its notebook, or because there is no other.

    Raises
    ------
    CommandFailed
        There is none, or more than one.
    """
    found = kernels(options)
    if options.kernel is not None:
        meant = [each for each in found if options.kernel and each.id.startswith(options.kernel)]
        meant = [each for each in meant if each.id == options.kernel] or meant
        why = messages.unknown_kernel(options.kernel)
    elif options.notebook is not None:
        meant = [each for each in found if options.notebook and _is_of(each, options.notebook)]
        why = messages.unknown_notebook(options.notebook)
    else:
        meant, why = found, messages.NO_KERNEL
    if not meant:
        raise CommandFailed(ExitStatus.NOBODY, why)
    if len({each.id for each in meant}) > 1:
        raise CommandFailed(ExitStatus.USAGE, messages.several_kernels(each.id for each in meant))
    return meant[0]


def _is_of(kernel: Kernel, notebook: str) -> bool:
    """Return whether a kernel runs for a notebook, named as the server does or as the file system does."""
    paths = [path.removeprefix("RTC:") for path in kernel.paths]
    if notebook.strip("/") in paths:
        return True
    if not kernel.server.root:
        return False
    root = os.path.expanduser(kernel.server.root)
    return os.path.realpath(notebook) in [os.path.realpath(os.path.join(root, *path.split("/"))) for path in paths]
