"""Origins, as browsers tell sites apart (RFC 6454), and the hosts in ``Host`` headers."""

from __future__ import annotations

import ipaddress
import re
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
