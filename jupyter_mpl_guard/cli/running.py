"""Which Jupyter servers run here, as each of them says in the runtime folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def running_servers() -> Iterator[dict[str, Any]]:
    """Yield what each says of itself: its ``url``, ``token``, ``root_dir`` and more.

    They are those of `jupyter_server.serverapp.list_running_servers`.  Importing that module takes longer than all
    else that a command does, several seconds on a slow machine.
    """
    from jupyter_core.paths import jupyter_runtime_dir
    from jupyter_server.utils import check_pid

    for file in sorted(Path(jupyter_runtime_dir()).glob("jpserver-*.json")):
        try:
            info = json.loads(file.read_text("utf-8"))
            is_running = check_pid(info["pid"])
        except (OSError, ValueError, KeyError, TypeError):  # it is being written, or of something else
            continue
        if is_running:
            yield info
