"""How much of what was sent the peer's system has, as TCP's own acknowledgements tell.

What the own system takes from the process says nothing about the peer: it does so for a while after
the peer is gone. Linux tells more: `TCP_INFO` (tcp(7), `struct tcp_info` in `linux/tcp.h`) and
`SIOCOUTQ` (tcp(7), the number of unacknowledged bytes, the same request as `TIOCOUTQ`).
"""

from __future__ import annotations

import array
import socket
import struct
import sys
from typing import Final

if sys.platform == "linux":
    import fcntl
    import termios

# Behind eight bytes, 24 numbers of four, and two rates of eight.
_BYTES_ACKED: Final = 8 + 24 * 4 + 2 * 8
_UNSIGNED_LONG: Final = struct.Struct("=Q")


class Delivery:
    """Watches one TCP socket. Knows nothing where the system tells nothing."""

    def __init__(self, sock: socket.socket | None) -> None:
        self._sock = sock if sys.platform == "linux" and _acknowledged(sock) is not None else None

    def acknowledged(self) -> int | None:
        """Return how many bytes the peer's system has acknowledged so far; None where unknown."""
        return _acknowledged(self._sock)

    def waiting(self) -> int:
        """Return how many bytes the own system holds that are not acknowledged yet."""
        if sys.platform != "linux" or self._sock is None:
            return 0
        count = array.array("i", [0])
        try:
            fcntl.ioctl(self._sock.fileno(), termios.TIOCOUTQ, count)
        except (OSError, ValueError):
            return 0
        return count[0]


def _acknowledged(sock: socket.socket | None) -> int | None:
    option = getattr(socket, "TCP_INFO", None)
    if sock is None or option is None:
        return None
    size = _BYTES_ACKED + _UNSIGNED_LONG.size
    try:
        told = sock.getsockopt(socket.IPPROTO_TCP, option, size)
    except (OSError, ValueError):
        # It is no TCP socket, or closed.
        return None
    return _UNSIGNED_LONG.unpack_from(told, _BYTES_ACKED)[0] if len(told) == size else None
