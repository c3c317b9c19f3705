"""Real servers, and clients that say exactly what a test wants them to say."""

from __future__ import annotations

import base64
import json
import os
import re
import socket
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from sundog.config import Mode, Settings
from sundog.server import Server, starter
from tests.patience import PATIENCE

CONFIG = re.compile(r'<script id="sundog-config" type="application/json">(.*?)</script>', re.DOTALL)

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def make_server(folder: Path, app: str, **settings: Any) -> Server:
    """Return a server of a script, which is written into a folder of the given one."""
    path = folder / "app" / "app.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(app)
    given = {"host": "127.0.0.1", "port": 0, "mode": Mode.DEVELOPMENT, **settings}
    return Server(
        Settings(state_directory=folder / "state", **given),
        starter(str(path), (), development=given["mode"] is Mode.DEVELOPMENT),
    )


class Page:
    """What the server gave a browser: a kernel's id and a page's."""

    def __init__(self, config: dict[str, str]) -> None:
        self.kernel = config["kernel"]
        self.id = config["page"]
        self.root = config.get("root", "")
        self.token = config.get("token", "")

    def socket_path(self, *, page: str | None = None, seen: int = 0, query: str = "") -> str:
        parameters = f"v=1&page={page or self.id}&seen={seen}{query}"
        return f"{self.root}/_sundog/kernel/{self.kernel}/socket?{parameters}"

    @property
    def close_path(self) -> str:
        return f"{self.root}/_sundog/kernel/{self.kernel}/close?page={self.id}"


class Browser:
    """Cookies and pages, as a browser keeps them."""

    def __init__(self, server: Server, **headers: str) -> None:
        self.port = server.port
        self.origin = f"http://127.0.0.1:{server.port}"
        self.http = httpx.Client(base_url=server.url, headers=headers, timeout=PATIENCE)

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.http.close()

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())

    def open(self) -> Page:
        """Load the page."""
        return page_of(self.http.get("/"))

    def connect(self, page: Page, path: str | None = None, **headers: str | None) -> RawSocket:
        """Open the page's WebSocket; a header of None is not sent."""
        given = {"Origin": self.origin, "Cookie": self.cookie, **headers}
        pairs = [(name.replace("_", "-"), value) for name, value in given.items() if value]
        return RawSocket(self.port, path or page.socket_path(), pairs)

    def attach(self, page: Page, path: str | None = None, **headers: str | None) -> RawSocket:
        """Open the page's WebSocket and wait for what the app shows."""
        connection = self.connect(page, path, **headers)
        connection.until('["ready"]')
        return connection


def page_of(answer: httpx.Response) -> Page:
    """Return what a page's HTML says."""
    assert answer.status_code == 200, answer.text
    match = CONFIG.search(answer.text)
    assert match is not None
    return Page(json.loads(match[1]))


class RawSocket:
    """A WebSocket client without manners (RFC 6455): every bit as the test says.

    Use as a context manager; the TCP connection is closed without a word.
    """

    def __init__(
        self,
        port: int,
        path: str,
        headers: Iterable[tuple[str, str]] = (),
        *,
        host: str | None = None,
        receive_buffer: int | None = None,
    ) -> None:
        self._socket = socket.socket()
        if receive_buffer is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._socket.settimeout(PATIENCE)
        self._socket.connect(("127.0.0.1", port))
        lines = [
            f"GET {path} HTTP/1.1",
            *([f"Host: {host or f'127.0.0.1:{port}'}"] if host != "" else []),
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Version: 13",
            *(f"{name}: {value}" for name, value in headers),
        ]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        self._buffer = b""
        # How many bytes have come.
        self.total = 0
        while b"\r\n\r\n" not in self._buffer and self._fill():
            pass
        self.head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        self.status = int(self.head.split(b" ")[1]) if self.head else 0
        # What has been read: the messages, and the number of the last.
        self.messages: list[Any] = []
        self.seen = 0

    def __enter__(self) -> RawSocket:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    # Out ---------------------------------------------------------------------------------------

    def send_bytes(self, data: bytes) -> None:
        """Send what need not be a frame."""
        self._socket.sendall(data)

    def send_frame(
        self,
        opcode: int,
        payload: bytes = b"",
        *,
        fin: bool = True,
        reserved: int = 0,
        masked: bool = True,
        length: int | None = None,
    ) -> None:
        """Send one frame; `length` is what it claims, if not the truth."""
        self._socket.sendall(
            frame(opcode, payload, fin=fin, reserved=reserved, masked=masked, length=length)
        )

    def send(self, message: Any) -> None:
        """Send JSON in a text frame."""
        text = message if isinstance(message, str) else json.dumps(message)
        self.send_frame(TEXT, text.encode())

    # In ----------------------------------------------------------------------------------------

    def _fill(self) -> bool:
        data = self._socket.recv(65536)
        self._buffer += data
        self.total += len(data)
        return bool(data)

    def take_in(self, count: int) -> None:
        """Receive so many bytes more, and leave them to be read later."""
        goal = self.total + count
        while self.total < goal:
            data = self._socket.recv(goal - self.total)
            self._buffer += data
            self.total += len(data)

    def read_bytes(self, count: int) -> bytes:
        """Read so many bytes."""
        while len(self._buffer) < count:
            if not self._fill():
                raise EOFError("the server closed the connection")
        data, self._buffer = self._buffer[:count], self._buffer[count:]
        return data

    def read_frame(self) -> tuple[int, bytes]:
        """Return the next frame's opcode and payload."""
        first, second = self.read_bytes(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", self.read_bytes(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", self.read_bytes(8))
        payload = self.read_bytes(length)
        if first & 0x40:
            # Compressed (RFC 7692), without a context from former messages.
            payload = zlib.decompressobj(wbits=-15).decompress(payload + b"\x00\x00\xff\xff")
        return first & 0x0F, payload

    def read(self) -> Any:
        """Return the next frame's JSON (of a binary frame, its header's)."""
        opcode, payload = self.read_frame()
        while opcode == PING:
            self.send_frame(PONG, payload)
            opcode, payload = self.read_frame()
        assert opcode in (TEXT, BINARY), (opcode, payload[:200])
        if opcode == BINARY:
            (length,) = struct.unpack_from(">I", payload)
            payload = payload[4 : 4 + length]
        found = json.loads(payload)
        if isinstance(found, list):
            self.messages += found[2]
            if found[1] and found[2]:
                self.seen = found[1] + len(found[2]) - 1
        return found

    def comm(self, model: str) -> str:
        """Return the id of the first widget of a model's name that has been shown."""
        for message in self.messages:
            if message[0] == "open" and message[3].get("state", {}).get("_model_name") == model:
                return str(message[1])
        raise AssertionError(f"no {model} among {self.messages}")

    def until(self, text: str) -> str:
        """Return all JSON up to the first frame that holds a text."""
        found = ""
        while text not in found:
            found += json.dumps(self.read(), separators=(",", ":"))
        return found

    def wait_for_ack(self, number: int) -> None:
        """Read until a message has been processed."""
        while True:
            found = self.read()
            if isinstance(found, list) and found[0] >= number:
                return

    def close_code(self) -> int | None:
        """Read on until the server closes; return its code, None where it just hangs up."""
        try:
            while True:
                opcode, payload = self.read_frame()
                if opcode == CLOSE:
                    return int(struct.unpack_from(">H", payload)[0])
        except (EOFError, ConnectionResetError):
            return None


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    fin: bool = True,
    reserved: int = 0,
    masked: bool = True,
    length: int | None = None,
) -> bytes:
    """Return the bytes of one WebSocket frame."""
    claimed = len(payload) if length is None else length
    mask_bit = 0x80 if masked else 0
    head = bytes([(0x80 if fin else 0) | (reserved << 4) | opcode])
    if claimed < 126:
        head += bytes([mask_bit | claimed])
    elif claimed < 1 << 16:
        head += struct.pack(">BH", mask_bit | 126, claimed)
    else:
        head += struct.pack(">BQ", mask_bit | 127, claimed)
    if not masked:
        return head + payload
    # A mask of zeros is a mask, and changes nothing.
    return head + bytes(4) + payload


def request(port: int, head: str, *, body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
    """Send one HTTP request as it is; return status, headers (in lower case) and body.

    Clients' libraries would tidy paths and headers up.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as raw:
        raw.sendall(head.encode("latin-1") + b"\r\nConnection: close\r\n\r\n" + body)
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    lines, _, content = answer.partition(b"\r\n\r\n")
    if not lines:
        return 0, {}, b""
    first, *rest = lines.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in rest)
    return int(first.split(" ")[1]), headers, content
