"""Connects to a deployment as a browser does: HTTP with a cookie, and the page's WebSocket."""

from __future__ import annotations

import http.client
import json
import re
import ssl
import struct
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final
from urllib.parse import SplitResult, urljoin, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from sundog import __version__

TIMEOUT: Final = 10.0
_COOKIE: Final = "solara-session-id"
_CONFIG: Final = re.compile(
    r'<script id="sundog-config" type="application/json">(.*?)</script>', re.DOTALL
)
_SCRIPT: Final = re.compile(r'<script type="module"[^>]* src="([^"]+)"')
_MOST_REDIRECTS: Final = 5
_MOST_BYTES: Final = 16 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response, and its address after redirects."""

    url: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """Return a header, or an empty string if it is missing."""
        return ", ".join(value for key, value in self.headers if key.lower() == name)


@dataclass(frozen=True, slots=True)
class PageFacts:
    """A page's ids, root path and script."""

    kernel: str
    page: str
    root: str
    script: str | None


@dataclass(slots=True)
class Client:
    """A browser without a window. `address` is the app's, without a slash at its end."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def parts(self) -> SplitResult:
        """The address, split."""
        return urlsplit(self.address)

    @property
    def origin(self) -> str:
        """The origin of the app's pages."""
        return f"{self.parts.scheme}://{self.parts.netloc}"

    def get(self, url: str, *, method: str = "GET", **headers: str) -> Answer:
        """Request an address and follow redirects.

        Raises:
            OSError: There is no valid response.
        """
        for _ in range(_MOST_REDIRECTS):
            answer = self._get_once(url, method, headers)
            target = answer.header("location")
            if answer.status not in (301, 302, 303, 307, 308) or not target:
                return answer
            url = urljoin(url, target)
        raise ConnectionError("too many redirects")

    def _get_once(self, url: str, method: str, headers: dict[str, str]) -> Answer:
        parts = urlsplit(url)
        if parts.hostname is None or parts.scheme not in ("http", "https"):
            raise ConnectionError(f"it redirects to {url!r}")
        given = {"User-Agent": f"sundog-doctor/{__version__}", **headers}
        if self.cookies and url.startswith(self.origin):
            given["Cookie"] = self.cookie
        if parts.scheme == "https":
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=TIMEOUT, context=ssl.create_default_context()
            )
        else:
            connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT)
        try:
            path = parts.path or "/"
            target = f"{path}?{parts.query}" if parts.query else path
            connection.request(method, target, headers=given)
            found = connection.getresponse()
            body = found.read(_MOST_BYTES)
        except http.client.HTTPException as error:
            raise ConnectionError(f"the response is not HTTP ({error!r})") from error
        finally:
            connection.close()
        return Answer(url, found.status, found.getheaders(), body)

    @property
    def cookie(self) -> str:
        """The ``Cookie`` header."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def keep(self, answer: Answer) -> str | None:
        """Store a response's session cookie and return its ``Set-Cookie``, or None."""
        for name, value in answer.headers:
            if name.lower() == "set-cookie" and value.startswith(_COOKIE + "="):
                self.cookies[_COOKIE] = value.partition(";")[0].partition("=")[2]
                return value
        return None

    def socket(self, page: PageFacts, *, seen: int = 0, origin: str | None = None) -> Socket:
        """Return a page's WebSocket, which opens when it is entered.

        Entering it raises an error of ``websockets`` if the server refuses it.
        """
        scheme = "wss" if self.parts.scheme == "https" else "ws"
        path = f"{page.root}/_sundog/kernel/{page.kernel}/socket"
        url = f"{scheme}://{self.parts.netloc}{path}?v=1&page={page.page}&seen={seen}"
        headers = {"Cookie": self.cookie} if self.cookies else {}
        opening = connect(
            url,
            origin=Origin(origin or self.origin),
            additional_headers=headers,
            open_timeout=TIMEOUT,
            close_timeout=1,
            max_size=_MOST_BYTES,
            proxy=None,
        )
        # It opens when it is entered; with older versions of websockets, it is open already.
        return Socket(opening)

    def close_kernel(self, page: PageFacts) -> None:
        """Send the closing beacon, so that the kernel ends now."""
        path = f"{page.root}/_sundog/kernel/{page.kernel}/close?page={page.page}"
        self.get(self.origin + path, method="POST", Origin=self.origin)


class Socket:
    """A page's WebSocket, and the last message it has read."""

    def __init__(self, opening: AbstractContextManager[ClientConnection]) -> None:
        self._opening = opening
        self._connection: ClientConnection
        self.seen = 0

    def __enter__(self) -> Socket:
        self._connection = self._opening.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opening.__exit__(kind, error, trace)

    def welcome(self) -> dict[str, Any]:
        """Return the first frame, or ``{"closed": code}`` if the socket is closed instead."""
        try:
            found = _header(self._connection.recv(timeout=TIMEOUT))
        except ConnectionClosed as error:
            return {"closed": error.rcvd.code if error.rcvd else 1006}
        return found if isinstance(found, dict) else {}

    def read_until_ready(self) -> None:
        """Read messages until the app has run, or until no more arrive."""
        try:
            while True:
                found = _header(self._connection.recv(timeout=TIMEOUT))
                if isinstance(found, list) and found[1] and found[2]:
                    self.seen = found[1] + len(found[2]) - 1
                    if ["ready"] in found[2]:
                        return
        except (TimeoutError, ConnectionClosed):
            return


def _header(frame: str | bytes) -> Any:
    if isinstance(frame, bytes):
        (length,) = struct.unpack_from(">I", frame)
        frame = frame[4 : 4 + length].decode()
    return json.loads(frame)


def facts_of(answer: Answer) -> PageFacts | None:
    """Return a page's facts, or None if it is not a page of Sundog."""
    text = answer.body.decode("utf-8", "replace")
    match = _CONFIG.search(text)
    try:
        config: Any = json.loads(match[1]) if match else None
        script = _SCRIPT.search(text)
        return PageFacts(
            config["kernel"], config["page"], config["root"], script[1] if script else None
        )
    except (TypeError, KeyError, ValueError):
        return None
