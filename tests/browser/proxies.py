"""What stands between a browser and a server: cuts the line, strips a prefix, changes headers."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from typing import Any

_CHUNK = 1 << 16
# As long as each other.
_STORE = (b"cache-control: no-store", b"cache-control: no-cache")
_SEEN = re.compile(rb"^(GET [^ ]*[?&])seen=\d+")


class Line:
    """Passes TCP connections on, until it is cut; then refuses them until it is mended.

    `keepable`: browsers may keep the pages that come over it, to show them again as they were left.
    """

    def __init__(self, port: int, *, strip: str = "", keepable: bool = False) -> None:
        self._port = port
        self._keepable = keepable
        self._strip = strip.encode()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: set[socket.socket] = set()
        # Guards the sockets and whether the line is cut.
        self._lock = threading.Lock()
        self._is_cut = False
        self._is_forgetful = False
        self._refused = threading.Semaphore(0)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break all connections and take no more."""
        with self._lock:
            self._is_cut = True
            sockets = list(self._sockets)
        for each in sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Take connections again."""
        with self._lock:
            self._is_cut = False

    def break_once(self) -> None:
        """Break all connections; new ones pass at once."""
        self.cut()
        self.mend()

    def forget(self) -> None:
        """Break all connections; pages that come back claim to have seen next to nothing.

        So the server can't give them what they missed, and gives them the full state.
        """
        self._is_forgetful = True
        self.break_once()

    def wait_until_tried(self) -> None:
        """Return when somebody has tried to connect over a cut line."""
        assert self._refused.acquire(timeout=20)

    def close(self) -> None:
        """End."""
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            with self._lock:
                if self._is_cut:
                    self._refused.release()
                    return
                server = socket.create_connection(("127.0.0.1", self._port))
                ends = {client, server}
                self._sockets |= ends
            with server:
                if self._strip:
                    server.sendall(self._stripped(client))
                elif self._is_forgetful:
                    server.sendall(_SEEN.sub(rb"\1seen=1", client.recv(_CHUNK), count=1))
                change = _STORE if self._keepable else ()
                back = threading.Thread(target=_pass, args=(server, client, *change), daemon=True)
                back.start()
                _pass(client, server)
                back.join()
            with self._lock:
                self._sockets -= ends

    def _stripped(self, client: socket.socket) -> bytes:
        """Read a request's head and return it without the prefix; the last of its connection."""
        head = b""
        while b"\r\n\r\n" not in head:
            chunk = client.recv(_CHUNK)
            if not chunk:
                raise ConnectionResetError
            head += chunk
        head = re.sub(rb"^(\w+) " + re.escape(self._strip), rb"\1 ", head, count=1)
        if b"upgrade: websocket" not in head.lower():
            head = re.sub(rb"(?mi)^connection: .*\r\n", b"", head)
            head = head.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
        return head


def _pass(source: Any, target: Any, old: bytes = b"", new: bytes = b"") -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(_CHUNK):
            target.sendall(data.replace(old, new) if old else data)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
