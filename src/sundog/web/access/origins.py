"""Checks the origin and the host of requests, exactly and before everything else."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sundog.origins import Origin, parse_authority, parse_origin


@dataclass(frozen=True, slots=True)
class Origins:
    """Further origins whose pages may connect to the server."""

    allowed: frozenset[Origin] = frozenset()

    @classmethod
    def of(cls, texts: Iterable[str]) -> Origins:
        """Return the origins of some texts; invalid ones are left out."""
        parsed = (parse_origin(text) for text in texts)
        return cls(frozenset(origin for origin in parsed if origin is not None))

    def allows(self, origins: Collection[bytes], hosts: Collection[bytes], scheme: str) -> bool:
        """Return whether these ``Origin`` and ``Host`` headers are from an allowed page.

        Browsers send the origin with every WebSocket and every POST. A request without one, or with
        two, is refused.
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
    """The accepted hosts of requests. Others can point any name to the server.

    `patterns` are host names, ``*.example.com`` for all below one, ``*`` for all.
    """

    patterns: tuple[str, ...] = ("*",)
    local: bool = False

    def allows(self, hosts: Collection[bytes]) -> bool:
        """Return whether requests with these ``Host`` headers are accepted."""
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
    """Return whether a host can't come from a name server."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
