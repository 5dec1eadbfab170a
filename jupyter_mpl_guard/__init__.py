"""jupyter-mpl-guard: Matplotlib's settings and figures survive kernel restarts."""

from __future__ import annotations

from typing import Any


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-mpl-guard"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .app import MplGuardApp

    return [{"module": "jupyter_mpl_guard", "app": MplGuardApp}]
