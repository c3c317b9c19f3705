"""Reads the request that apps get from a handshake."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any, Final

from sundog.kernel import Headers, Request, Values, read_query
from sundog.protocol import Address
from sundog.web.access.proxies import FORWARDING_HEADERS
from sundog.web.access.sessions import COOKIE

Scope = MutableMapping[str, Any]

# Headers about this connection only. Cookies are separate, without the session's.
_LEFT_OUT: Final = frozenset((b"cookie", b"connection", b"upgrade", b"host", b"content-length"))
_LEFT_OUT_PREFIX: Final = b"sec-websocket-"


class RequestInfo:
    """Creates the `Request` of a handshake. `user_header` is the header that a proxy sets."""

    def __init__(self, user_header: str | None = None) -> None:
        self._user_header = None if user_header is None else user_header.lower().encode("latin-1")

    def read(self, scope: Scope, place: Address | None = None) -> Request:
        """Return the request for the app; `place` is the page's address."""
        place = place or Address()
        trusted = bool(scope.get("sundog.trusted_peer"))
        client = scope.get("client")
        return Request(
            cookies=Values(_cookies(scope)),
            headers=Headers(self._headers(scope, trusted)),
            query=read_query(place.search),
            place=place,
            client=None if client is None else str(client[0]),
            user=self._user(scope) if trusted else None,
            scheme="https" if scope["scheme"] in ("https", "wss") else "http",
            root_path=scope.get("root_path", ""),
            host=_text(next((v for k, v in scope["headers"] if k == b"host"), b"")),
        )

    def _headers(self, scope: Scope, trusted: bool) -> Iterator[tuple[str, str]]:
        for name, value in scope["headers"]:
            if name in _LEFT_OUT or name.startswith(_LEFT_OUT_PREFIX):
                continue
            # A value that anyone can send must not look like a proxy's.
            if not trusted and (name in FORWARDING_HEADERS or name == self._user_header):
                continue
            yield _text(name), _text(value)

    def _user(self, scope: Scope) -> str | None:
        if self._user_header is None:
            return None
        values = [_text(v).strip() for k, v in scope["headers"] if k == self._user_header]
        # If there are two, one is not from the proxy.
        return values[0] or None if len(values) == 1 else None


def _cookies(scope: Scope) -> Iterator[tuple[str, str]]:
    for name, value in scope["headers"]:
        if name != b"cookie":
            continue
        for pair in _text(value).split(";"):
            key, separator, item = pair.strip().partition("=")
            if separator and key.strip() and key.strip() != COOKIE:
                yield key.strip(), item.strip().strip('"')


def _text(value: bytes) -> str:
    """Decode a header's value: UTF-8, as browsers and proxies write names, else ISO 8859-1.

    RFC 9110, 5.5 leaves open what bytes beyond ASCII mean. Text in ISO 8859-1 is hardly ever valid
    UTF-8 by accident.
    """
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
