"""A real Jupyter server in a process of its own, and a client that speaks to its kernels as a page does."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Any
from uuid import uuid4

from jupyter_client import AsyncKernelClient
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

TOKEN = "benchmark"
LIMIT = 60.0
"""Seconds after which anything that is waited for counts as lost."""


class Server:
    """A Jupyter server with or without the guard; an async context manager.

    Parameters
    ----------
    guarded : bool
        Whether the extension is loaded.
    options : sequence of str
        More of the server's command line.
    """

    def __init__(self, *, guarded: bool, options: Sequence[str] = ()) -> None:
        self._guarded, self._options = guarded, options
        self._folder = tempfile.TemporaryDirectory()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._address = f"127.0.0.1:{free.getsockname()[1]}"

    async def __aenter__(self) -> Server:
        home = Path(self._folder.name)
        environment = os.environ | {
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "IPYTHONDIR": str(home / "ipython"),
        }
        (home / "config").mkdir()
        (home / "config" / "jupyter_server_config.json").write_text(
            json.dumps({"ServerApp": {"jpserver_extensions": {"jupyter_mpl_guard": self._guarded}}})
        )
        self._log = (home / "log").open("w")
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyter_server", "--allow-root", "--no-browser"),
                "--ServerApp.port=" + self._address.rpartition(":")[2],
                "--IdentityProvider.token=" + TOKEN,
                "--ServerApp.root_dir=" + str(home),
                *self._options,
            ],
            env=environment,
            cwd=home,
            stdout=self._log,
            stderr=self._log,
        )
        deadline = perf_counter() + LIMIT
        while True:
            try:
                await self.call("GET", "api")
                return self
            except OSError:
                if perf_counter() > deadline or self._process.poll() is not None:
                    raise RuntimeError("The server did not start:\n" + (home / "log").read_text()) from None
                await asyncio.sleep(0.05)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()
        self._log.close()
        self._folder.cleanup()

    async def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Call the REST API and return its JSON answer, None where it is empty."""
        request = HTTPRequest(
            f"http://{self._address}/{path}",
            method=method,
            headers={"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
            body=None if method in ("GET", "DELETE") else json.dumps(body or {}),
            request_timeout=LIMIT,
        )
        try:
            answer = await AsyncHTTPClient().fetch(request)
        except HTTPClientError as error:
            raise RuntimeError(f"{method} {path}: {error}: {error.response and error.response.body!r}") from error
        return json.loads(answer.body) if answer.body else None

    async def start_kernel(self, name: str = "") -> str:
        """Start a kernel and return its id."""
        return (await self.call("POST", "api/kernels", {"name": name} if name else {}))["id"]

    def connect_directly(self, kernel_id: str) -> DirectClient:
        """Return a client that goes past the server."""
        return DirectClient(Path(self._folder.name) / "runtime" / f"kernel-{kernel_id}.json")

    async def connect(self, kernel_id: str) -> Client:
        """Return a client on a websocket of its own."""
        session = uuid4().hex
        request = HTTPRequest(
            f"ws://{self._address}/api/kernels/{kernel_id}/channels?session_id={session}",
            headers={"Authorization": f"token {TOKEN}"},
        )
        return Client(await websocket_connect(request), session)


class DirectClient:
    """A client on the kernel's own sockets: what a cell costs, without what a websocket adds by chance.

    Small messages on a websocket wait for each other's acknowledgement now and then, for 40 ms at a time.
    """

    def __init__(self, connection_file: Path) -> None:
        self._client = AsyncKernelClient(connection_file=str(connection_file))
        self._client.load_connection_file()
        self._client.start_channels(stdin=False, hb=False, control=False)

    async def run(self, code: str) -> None:
        """Run a cell and return when the kernel has answered and is idle."""
        message_id = self._client.execute(code, allow_stdin=False)
        reply = None
        while reply is None or reply["parent_header"].get("msg_id") != message_id:
            reply = await self._client.get_shell_msg(timeout=LIMIT)
        if reply["content"]["status"] != "ok":
            raise RuntimeError(f"{code!r}: {reply['content'].get('ename')}: {reply['content'].get('evalue')}")
        while True:
            message = await self._client.get_iopub_msg(timeout=LIMIT)
            idle = message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
            if idle and message["parent_header"].get("msg_id") == message_id:
                return

    def close(self) -> None:
        """Close the sockets."""
        self._client.stop_channels()


class Client:
    """One websocket to one kernel."""

    def __init__(self, websocket: WebSocketClientConnection, session: str) -> None:
        self._websocket, self._session = websocket, session

    def send(self, kind: str, content: dict[str, Any]) -> str:
        """Send a message on the shell channel and return its id."""
        message_id = uuid4().hex
        header = {
            "msg_id": message_id,
            "msg_type": kind,
            "session": self._session,
            "username": "",
            "version": "5.3",
            "date": "2026-01-01T00:00:00Z",
        }
        message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content}
        self._websocket.write_message(json.dumps(message | {"buffers": []}))
        return message_id

    def send_cell(self, code: str) -> str:
        """Send a cell the way a notebook does and return the message's id."""
        content = {"silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        return self.send("execute_request", content | {"code": code, "stop_on_error": True})

    async def answer(self, message_id: str, kind: str = "execute_reply") -> tuple[dict[str, Any], str]:
        """Return the content of the reply to a message and the text that it printed until the kernel was idle."""
        reply, text, idle = None, "", False
        while reply is None or not idle:
            message = json.loads(await self._websocket.read_message() or "null")
            if message is None:
                raise ConnectionError("the websocket was closed")
            if message["parent_header"].get("msg_id") != message_id:
                continue
            content = message["content"]
            if message["msg_type"] == kind:
                reply = content
            elif message["msg_type"] == "stream":
                text += content["text"]
            elif message["msg_type"] == "status":
                idle = content["execution_state"] == "idle"
        return reply, text

    async def restarting(self) -> None:
        """Return when the server has told that the kernel died and is started again."""
        while True:
            message = json.loads(await self._websocket.read_message() or "null")
            if message is None:
                raise ConnectionError("the websocket was closed")
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "restarting":
                return

    async def run(self, code: str, limit: float = LIMIT) -> str:
        """Run a cell, check that it succeeds within so many seconds and return what it printed."""
        reply, text = await asyncio.wait_for(self.answer(self.send_cell(code)), limit)
        if reply["status"] != "ok":
            raise RuntimeError(f"{reply.get('ename')}: {reply.get('evalue')} in {code!r}")
        return text

    async def ask(self, code: str) -> Any:
        """Run a cell that prints one line of JSON and return it; other packages may print their own lines besides."""
        text = await self.run(code)
        return json.loads(next((line for line in text.splitlines() if line[:1] in ("[", "{")), text))

    def close(self) -> None:
        """Close the websocket."""
        self._websocket.close()
