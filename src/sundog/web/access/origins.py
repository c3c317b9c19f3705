"""Which site a request came from, and which host it is for: compared exactly, before anything."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

_AUTHORITY: Final = re.compile(
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_.])?)"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?",
    re.ASCII,
)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_SCHEMES: Final = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
_MAX_LENGTH: Final = 300


class Origin(NamedTuple):
    """A site, as browsers tell them apart: http or https, the host in lower case, the port.

    A trailing dot of the host stays: to a browser it is another site.
    """

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        port = "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"


def parse_authority(text: str, scheme: str) -> Origin | None:
    """Return the origin of a ``Host`` header; None for what is no host and port."""
    match = _AUTHORITY.fullmatch(text) if len(text) <= _MAX_LENGTH else None
    known = _SCHEMES.get(scheme)
    if match is None or known is None:
        return None
    host = match["host"].lower()
    if host.startswith("["):
        try:
            host = f"[{ipaddress.IPv6Address(host[1:-1]).compressed}]"
        except ValueError:
            return None
    port = int(match["port"] or _DEFAULT_PORTS[known])
    return Origin(known, host, port) if port <= 65535 else None


def parse_origin(text: str) -> Origin | None:
    """Return what an ``Origin`` header names; None for ``null`` and all that is no origin."""
    scheme, separator, authority = text.partition("://")
    scheme = scheme.lower()
    if not separator or scheme not in _DEFAULT_PORTS:
        return None
    return parse_authority(authority, scheme)


@dataclass(frozen=True, slots=True)
class Origins:
    """The origins besides the served one whose pages may speak to the server."""

    allowed: frozenset[Origin] = frozenset()

    @classmethod
    def of(cls, texts: Iterable[str]) -> Origins:
        """Return those that some texts name; what names none is left out."""
        parsed = (parse_origin(text) for text in texts)
        return cls(frozenset(origin for origin in parsed if origin is not None))

    def allows(self, origins: Collection[bytes], hosts: Collection[bytes], scheme: str) -> bool:
        """Whether a request with these ``Origin`` and ``Host`` headers is from an allowed page.

        Browsers name the origin with every WebSocket and every POST. A request without one, or
        with two, is from something else and gets nothing.
        """
        if len(origins) != 1 or len(hosts) != 1:
            return False
        origin = parse_origin(next(iter(origins)).decode("latin-1"))
        if origin is None:
            return False
        served = parse_authority(next(iter(hosts)).decode("latin-1"), scheme)
        return origin == served or origin in self.allowed


@dataclass(frozen=True, slots=True)
class Hosts:
    """The hosts that requests may be for. A name of another's making could be anybody's.

    `patterns` are host names, ``*.example.com`` for all below one, ``*`` for all.
    """

    patterns: tuple[str, ...] = ("*",)
    local: bool = False

    def allows(self, hosts: Collection[bytes]) -> bool:
        """Whether a request with these ``Host`` headers may be answered."""
        if len(hosts) != 1:
            return False
        origin = parse_authority(next(iter(hosts)).decode("latin-1"), "http")
        if origin is None:
            return False
        host = origin.host.rstrip(".")
        return (self.local and _is_local(host)) or any(
            pattern in ("*", host) or (pattern.startswith("*.") and host.endswith(pattern[1:]))
            for pattern in self.patterns
        )


def _is_local(host: str) -> bool:
    """Whether no name server can have been asked for a host."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
