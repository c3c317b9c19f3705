"""Origins, with which browsers distinguish sites (RFC 6454), and hosts in ``Host`` headers."""

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
    """A site as browsers distinguish them: http or https, the host in lower case, the port.

    A trailing dot of the host stays, because browsers treat it as another site.
    """

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        port = "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"


def parse_authority(text: str, scheme: str) -> Origin | None:
    """Return the origin of a ``Host`` header, or None if it is not a host and port."""
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
    """Return the origin of an ``Origin`` header, or None for ``null`` and invalid origins."""
    scheme, separator, authority = text.partition("://")
    scheme = scheme.lower()
    if not separator or scheme not in _DEFAULT_PORTS:
        return None
    return parse_authority(authority, scheme)
