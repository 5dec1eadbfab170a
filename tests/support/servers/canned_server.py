"""A server with canned answers: what the command line makes of them, and what it sends, without kernels."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


class CannedServer:
    """A server that answers each call with the answer that was set for it, with 404 where none was.

    Attributes
    ----------
    answers : dict
        ``(method, path)`` to ``(status, body, headers)``; a body is bytes or JSON data.
    calls : list of tuple
        ``(method, path, headers, body)`` of each call.
    """

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], tuple[int, Any, dict[str, str]]] = {}
        self.calls: list[tuple[str, str, Any, Any]] = []
        canned = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                canned.calls.append((self.command, self.path, self.headers, body))
                missing = (404, {"message": "Not found.", "reason": None}, {})
                code, content, headers = canned.answers.get((self.command, self.path), missing)
                data = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(code)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_DELETE = answer  # noqa: N815 - as http.server calls them

            def log_message(self, *arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def url(self) -> str:
        """The address of the server."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    def put(self, method: str, path: str, body: Any, code: int = 200, **headers: str) -> None:
        """Set the answer to a call."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[method, path] = (code, body, named)

    def close(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def canned() -> Iterator[CannedServer]:
    """Run a server with canned answers."""
    server = CannedServer()
    yield server
    server.close()
