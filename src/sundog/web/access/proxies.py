"""Forwarding headers of trusted proxies: client, host, scheme and path of a request."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, MutableMapping
from typing import Any, Final

from sundog.config.parse import parse_root_path

Scope = MutableMapping[str, Any]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_SCHEMES: Final = ("http", "https")
_PAIR: Final = re.compile(r'\s*([A-Za-z]+)=("(?:[^"\\]|\\.)*"|[^\s;,"]+)\s*')


class TrustedProxies:
    """Applies the forwarding headers of trusted proxies only."""

    def __init__(self, peers: Iterable[str]) -> None:
        peers = tuple(peers)
        self._all = "*" in peers
        self._networks = [ipaddress.ip_network(peer) for peer in peers if peer != "*"]

    def trusts(self, host: str) -> bool:
        """Return whether this address is a trusted proxy."""
        if self._all:
            return True
        address = _address(host)
        return address is not None and any(address in network for network in self._networks)

    def apply(self, scope: Scope) -> None:
        """Correct a request's client, scheme, host and root path from its proxy's headers.

        Stores in the scope whether the proxy is trusted, as ``sundog.trusted_peer``.
        """
        client = scope.get("client")
        trusted = client is not None and self.trusts(client[0])
        scope["sundog.trusted_peer"] = trusted
        if not trusted:
            return
        said = _read(scope["headers"])
        if not said:
            return
        chain = said.get("for", "")
        if chain:
            nearest = self._first_untrusted([item.strip() for item in chain.split(",")])
            if nearest is not None:
                scope["client"] = (nearest, 0)
        proto = _first(said.get("proto", "")).lower()
        if proto in _SCHEMES:
            websocket = scope["type"] == "websocket"
            scope["scheme"] = proto.replace("http", "ws") if websocket else proto
        host = _first(said.get("host", ""))
        if host:
            others = [pair for pair in scope["headers"] if pair[0] != b"host"]
            scope["headers"] = [*others, (b"host", host.encode("latin-1"))]
        prefix = _first(said.get("prefix", ""))
        if prefix and not scope.get("root_path"):
            try:
                scope["root_path"] = parse_root_path(prefix)
            except ValueError:
                return

    def _first_untrusted(self, chain: list[str]) -> str | None:
        """Return the client: the last address that is not a trusted proxy."""
        # Each proxy appends the address it has seen, so only the end of the chain is reliable.
        for item in reversed(chain):
            host = _host(item)
            if host is None:
                return None
            if self._all:
                continue
            if not self.trusts(host):
                return host
        return _host(chain[0])


def _read(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the forwarding values; ``X-Forwarded-*`` take precedence over ``Forwarded``."""
    said: dict[str, str] = {}
    standard: list[str] = []
    for name, raw in headers:
        if name == b"forwarded":
            standard.append(raw.decode("latin-1"))
            continue
        key = _NAMES.get(name)
        if key is not None:
            value = raw.decode("latin-1")
            said[key] = f"{said[key]},{value}" if key in said else value
    if standard and not said:
        said = _read_standard(",".join(standard))
    return said


_NAMES: Final = {
    b"x-forwarded-for": "for",
    b"x-forwarded-proto": "proto",
    b"x-forwarded-host": "host",
    b"x-forwarded-prefix": "prefix",
    b"x-script-name": "prefix",
}


def _read_standard(text: str) -> dict[str, str]:
    """Parse RFC 7239: elements separated by commas, each with pairs separated by semicolons."""
    said: dict[str, list[str]] = {}
    position = 0
    while position < len(text):
        match = _PAIR.match(text, position)
        if match is None:
            return {}
        value = match[2]
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        # A comma inside a quoted value would look like another proxy.
        if "," in value:
            return {}
        said.setdefault(match[1].lower(), []).append(value)
        position = match.end()
        if position < len(text) and text[position] not in ";,":
            return {}
        position += 1
    return {key: ",".join(values) for key, values in said.items() if key in _STANDARD_KEYS}


_STANDARD_KEYS: Final = ("for", "proto", "host")

FORWARDING_HEADERS: Final = frozenset(
    (
        b"forwarded",
        *_NAMES,
        b"x-forwarded-port",
        b"x-real-ip",
        b"x-forwarded-user",
        b"x-forwarded-ssl",
    )
)
"""Headers of proxies, which others may not send."""


def _first(text: str) -> str:
    return text.partition(",")[0].strip()


def _address(host: str) -> Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    # A socket for both families shows IPv4 addresses as ::ffff:10.0.0.1.
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def _host(item: str) -> str | None:
    """Return the address of ``1.2.3.4``, ``1.2.3.4:80``, ``::1`` or ``[::1]:80``."""
    if item.startswith("["):
        item = item[1:].partition("]")[0]
    elif item.count(":") == 1:
        item = item.partition(":")[0]
    address = _address(item)
    return None if address is None else str(address)
