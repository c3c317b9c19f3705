"""How much data the client's system has received, according to TCP acknowledgements.

That the own system accepts data says nothing about the client: it does so for a while after the
client is gone. Linux provides more: `TCP_INFO` (tcp(7), `struct tcp_info` in `linux/tcp.h`) and
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

# After eight bytes, 24 numbers of four bytes, and two rates of eight.
_BYTES_ACKED: Final = 8 + 24 * 4 + 2 * 8
_UNSIGNED_LONG: Final = struct.Struct("=Q")


class Delivery:
    """Watches one TCP socket. Returns None for everything that the system does not provide."""

    def __init__(self, sock: socket.socket | None) -> None:
        self._sock = sock if sys.platform == "linux" and _acknowledged(sock) is not None else None

    def acknowledged(self) -> int | None:
        """Return how many bytes the client's system has acknowledged so far, or None if unknown."""
        return _acknowledged(self._sock)

    def waiting(self) -> int:
        """Return how many unacknowledged bytes the own system holds."""
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
        # It is not a TCP socket, or it is closed.
        return None
    return _UNSIGNED_LONG.unpack_from(told, _BYTES_ACKED)[0] if len(told) == size else None
