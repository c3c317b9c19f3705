"""Sockets to listen on, bound before anything else happens."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
from collections.abc import Sequence
from typing import Final

from sundog.config import Settings
from sundog.errors import StartupError

BACKLOG: Final = 2048
_ATTEMPTS: Final = 20


def bind(host: str, port: int, *, host_source: str = "--host") -> list[socket.socket]:
    """Return listening sockets for all addresses of a host, all on one port; 0 picks a free one.

    Raises `StartupError`, which says what to do, if the host or port can't be used.
    """
    addresses = _resolve(host, host_source)
    if port:
        return _bind_all(addresses, host, port)
    # A port that is free on one address may be used on the next.
    for attempt in range(_ATTEMPTS):
        first = _bind_all(addresses[:1], host, 0)
        number = first[0].getsockname()[1]
        try:
            return first + _bind_all(addresses[1:], host, number, some=False)
        except StartupError:
            first[0].close()
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def url_of(settings: Settings, port: int) -> str:
    """Return the page's address for a browser on this machine."""
    return f"http://{url_host(settings.host)}:{port}{settings.root_path}"


def url_host(host: str) -> str:
    """Return the host name for a browser on this machine."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host or "localhost"
    if address.is_unspecified:
        return "localhost"
    return f"[{address}]" if address.version == 6 else str(address)


_Address = tuple[socket.AddressFamily, str]


def _resolve(host: str, host_source: str) -> Sequence[_Address]:
    try:
        found = socket.getaddrinfo(
            host or None, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (socket.gaierror, UnicodeError) as error:
        raise StartupError(
            f"{host!r} (from {host_source}) is not a name or address of this"
            " machine; use localhost, or 0.0.0.0 for all addresses"
        ) from error
    unique = dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found)
    wanted = [pair for pair in unique if pair[0] in (socket.AF_INET, socket.AF_INET6)]
    # IPv4 first, because it is always available.
    return sorted(wanted, key=lambda pair: pair[0] != socket.AF_INET)


def _bind_all(
    addresses: Sequence[_Address], host: str, port: int, *, some: bool = True
) -> list[socket.socket]:
    """Bind all addresses of this machine. If there are none, raise an error if `some`."""
    sockets: list[socket.socket] = []
    absent: OSError | None = None
    for family, address in addresses:
        try:
            sockets.append(_bind_one(family, address, port))
        except OSError as error:
            if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                # A name may have addresses of a family that this machine does not have.
                absent = error
                continue
            for each in sockets:
                each.close()
            raise StartupError(_explain(error, host, port)) from error
    if some and not sockets:
        reason = _explain(absent, host, port) if absent else f"{host!r} has no address"
        raise StartupError(reason) from absent
    return sockets


def _bind_one(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        elif hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((address, port))
        # Only listening distinguishes a used port from one that is only bound.
        sock.listen(BACKLOG)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} on {host} is used by another program;"
            f" use --port {port + 1 if port < 65535 else 8765}, or --port 0 for a free port"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"this user may not use port {port} on {host}; use a port from 1024 on"
    if error.errno == errno.EADDRNOTAVAIL:
        return (
            f"{host} is not an address of this machine; use localhost, or 0.0.0.0 for all addresses"
        )
    return f"cannot listen on port {port} of {host}: {error.strerror or error}"
