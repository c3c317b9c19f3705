"""Ports for programs that must be told theirs before they start."""

from __future__ import annotations

import random
import socket

# Below what Linux gives to those who ask for any port, tests running at the same time among them.
_RANGE = range(20_000, 32_000)
_ports = iter(random.sample(_RANGE, len(_RANGE)))


def free_port() -> int:
    """Return a port of loopback that nobody listens on: another one each time."""
    for port in _ports:
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
    raise OSError("all ports for tests are in use")
