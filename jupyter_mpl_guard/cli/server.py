"""One Jupyter server, asked over HTTP with the standard library: its token goes to it and nowhere else."""

from __future__ import annotations

import json
import secrets
import ssl
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from . import messages
from .outcome import CommandFailed, ExitStatus

PATIENCE = 30.0
"""Seconds to wait for an answer for which the server does not wait for a kernel."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""Hosts that are asked without a proxy."""


class Answer(NamedTuple):
    """What a server has answered.

    Attributes
    ----------
    code : int
        The status of HTTP.
    body : bytes
        What came with it.
    kind : str
        The content type, "" where there is none.
    """

    code: int
    body: bytes
    kind: str = ""

    def json(self) -> Any:
        """Return the body as JSON data, None where it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def message(self) -> str:
        """The server's sentence, "" where it has none."""
        document = self.json()
        return str(document.get("message") or "") if isinstance(document, dict) else ""


class _StayHere(HTTPRedirectHandler):
    """Follow no redirection: it would take the token to another address."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Return None: the redirection itself is the answer then."""


class Server:
    """A Jupyter server.

    Parameters
    ----------
    url : str
        Its address with its base URL; a token in it is used where no other is given.
    token : str
        Its token, "" where it wants none.
    root : str
        Folder of its notebooks, "" where that is not known.

    Attributes
    ----------
    url : str
        The address without anything secret.

    Raises
    ------
    CommandFailed
        The address is not valid.
    """

    def __init__(self, url: str, token: str = "", root: str = "") -> None:
        host = _host(url)
        if not host:
            raise CommandFailed(ExitStatus.USAGE, messages.bad_address(url.partition("?")[0].rpartition("@")[2]))
        self.url = _base(_bare(url)) + "/"
        self.root = root
        self._token = token or _token_in(urlsplit(url).query)
        self._opener = _opener(host)

    def get(self, *path: str) -> Answer:
        """Make one GET call, see `call`."""
        return self.call("GET", *path)

    def call(self, method: str, *path: str, body: Any = None, patience: float = PATIENCE) -> Answer:
        """Make one call and return its answer, whatever its status.

        Parameters
        ----------
        *path : str
            Parts of the path under the base URL, each escaped.
        body : object, optional
            JSON data to send; without it the call has no body.
        patience : float
            Seconds to wait for the answer.

        Raises
        ------
        CommandFailed
            The server cannot be reached, or refuses access.
        """
        request = Request(self.url + "/".join(quote(part, safe="") for part in path), method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        self._say_who_asks(request)
        try:
            with self._opener.open(request, timeout=patience) as response:
                answer = Answer(response.status, response.read(), response.headers.get_content_type())
        except HTTPError as error:
            with error:
                answer = Answer(error.code, error.read(), error.headers.get_content_type())
        except (OSError, HTTPException, ssl.SSLError) as error:
            why = error.reason if isinstance(error, URLError) else error
            raise CommandFailed(ExitStatus.NOBODY, messages.unreachable(self.url, str(why))) from error
        except ValueError as error:  # a header cannot have such a token, which the error says
            raise CommandFailed(ExitStatus.NOBODY, messages.refused(self.url)) from error
        if answer.code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) or 300 <= answer.code < 400:
            raise CommandFailed(ExitStatus.NOBODY, messages.refused(self.url))
        return answer

    def states(self) -> list[dict[str, Any]]:
        """Return the plot states of its kernels.

        Raises
        ------
        CommandFailed
            It cannot be asked, or has no guard.
        """
        answer = self.get("mpl-guard", "kernels")
        states = answer.json()
        if answer.code == HTTPStatus.NOT_FOUND:
            raise CommandFailed(ExitStatus.NOBODY, messages.not_guarded(self.url))
        if answer.code != HTTPStatus.OK or not isinstance(states, list):
            raise CommandFailed(ExitStatus.NOBODY, answer.message or messages.no_json(self.url))
        return states

    def notebooks(self) -> dict[str, list[str]]:
        """Return kernel id to the paths of the notebooks and consoles that it runs for."""
        paths: dict[str, list[str]] = {}
        sessions = self.get("api", "sessions").json()
        for session in sessions if isinstance(sessions, list) else []:
            paths.setdefault((session.get("kernel") or {}).get("id", ""), []).append(session.get("path", ""))
        return paths

    def _say_who_asks(self, request: Request) -> None:
        if self._token:
            request.add_unredirected_header("Authorization", f"token {self._token}")
        else:  # without a token, the request has to prove that no other page has caused it (XSRF)
            xsrf = secrets.token_hex(16)
            request.add_unredirected_header("Cookie", f"_xsrf={xsrf}")
            request.add_unredirected_header("X-XSRFToken", xsrf)


def _opener(host: str) -> OpenerDirector:
    proxies = [ProxyHandler({})] if host in LOOPBACK else []
    return build_opener(_StayHere(), *proxies)


def _host(url: str) -> str:
    """Return the host of an address, "" where it is none that could be asked."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        host.encode("idna")
        return host if parts.scheme in ("http", "https") and parts.port != 0 else ""
    except ValueError:
        return ""


def _bare(url: str) -> str:
    """Return an address without what may be secret in it: user, password, and all behind the path."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _base(address: str) -> str:
    """Return the base URL of an address, also of that of a page, which is what Jupyter prints when it starts."""
    address = address.rstrip("/")
    for page in ("/lab", "/tree"):
        address = address.removesuffix(page)
    return address.rstrip("/")


def _token_in(query: str) -> str:
    return parse_qs(query).get("token", [""])[0]
