"""What breaks the protocol ends its own connection, and nothing else."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sundog.protocol import codec
from sundog.server import Server
from sundog.web.socket import transport
from tests.integration.security.conftest import APP
from tests.servers import BINARY, CLOSE, PING, PONG, TEXT, Browser, Page, RawSocket, make_server

LIMIT = 1 << 20
CONTINUATION = 0
COMPRESSED = 4
DEFLATE = "permessage-deflate; client_no_context_takeover; server_no_context_takeover"

Break = Callable[[RawSocket], None]


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with make_server(folder, APP, max_message_size=LIMIT) as server:
        yield server


@dataclass
class Neighbours:
    """A page that will misbehave; another of the same kernel; one of another kernel."""

    browser: Browser
    page: Page
    bad: RawSocket
    same_kernel: RawSocket
    other_kernel: RawSocket

    def all_is_well(self) -> None:
        """The others' messages are handled as before, and the bad one's page can come back."""
        for neighbour in (self.same_kernel, self.other_kernel):
            neighbour.send([neighbour.seen, 1, [["msg", "no such comm"]]])
            neighbour.wait_for_ack(1)
        path = self.page.socket_path(seen=self.bad.seen)
        with self.browser.connect(self.page, path) as again:
            assert again.read()["mode"] == "resume"
            again.send([again.seen, 1, [["msg", "no such comm"]]])
            again.wait_for_ack(1)


@pytest.fixture
def neighbours(browser: Browser) -> Iterator[Neighbours]:
    page = browser.open()
    with (
        browser.attach(page, Sec_WebSocket_Extensions=DEFLATE) as bad,
        browser.attach(page, page.socket_path(page="same-kernel")) as same_kernel,
        browser.attach(browser.open()) as other_kernel,
    ):
        yield Neighbours(browser, page, bad, same_kernel, other_kernel)


def deflate(data: bytes) -> bytes:
    """Compress a message as RFC 7692 says."""
    coder = zlib.compressobj(9, wbits=-15)
    return (coder.compress(data) + coder.flush(zlib.Z_SYNC_FLUSH)).removesuffix(b"\x00\x00\xff\xff")


def text(payload: str | bytes) -> Break:
    data = payload.encode() if isinstance(payload, str) else payload
    return lambda socket: socket.send_frame(TEXT, data)


def binary(header: object, buffers: bytes = b"", length: int | None = None) -> Break:
    data = json.dumps(header).encode() if not isinstance(header, bytes) else header
    claimed = len(data) if length is None else length
    return lambda socket: socket.send_frame(BINARY, struct.pack(">I", claimed) + data + buffers)


def raw(opcode: int, payload: bytes = b"", **options: int) -> Break:
    return lambda socket: socket.send_frame(opcode, payload, **options)  # type: ignore[arg-type]


def in_parts(
    parts: list[bytes], opcode: int = TEXT, *, last: bool = True, reserved: int = 0
) -> Break:
    def send(socket: RawSocket) -> None:
        for index, part in enumerate(parts):
            socket.send_frame(
                CONTINUATION if index else opcode,
                part,
                fin=last and index == len(parts) - 1,
                reserved=0 if index else reserved,
            )

    return send


BATCH = [0, 1, [["msg", "c", {}]]]
DEEP = "[" * 100_000 + "]" * 100_000
BOMB = deflate(b" " * (50 * LIMIT))

BREAKS: dict[str, tuple[Break, set[int]]] = {
    # The protocol's own rules.
    "no JSON": (text("nonsense"), {1007}),
    "empty": (text(""), {1007}),
    "null": (text("null"), {1007}),
    "a number": (text("1"), {1007}),
    "unknown control": (text('{"type":"unknown"}'), {1007}),
    "control with more": (text('{"type":"ping","x":1}'), {1007}),
    "unknown message": (text('[0,1,[["eval","x"]]]'), {1007}),
    "one of the server's": (text('[0,1,[["output","",{}]]]'), {1007}),
    "the server's nothing": (text('[0,1,[["none"]]]'), {1007}),
    "wrong types": (text('[0,1,[["msg",1,{}]]]'), {1007}),
    "negative": (text('[-1,1,[["msg","c",{}]]]'), {1007}),
    "huge number": (text('[0,99999999999999999999,[["msg","c",{}]]]'), {1007}),
    "float number": (text('[0,1.5,[["msg","c",{}]]]'), {1007}),
    "too far ahead": (text('[0,1000,[["msg","c",{}]]]'), {1007}),
    "endless comm id": (text(json.dumps([0, 1, [["msg", "c" * 10_000, {}]]])), {1007}),
    "deep lists": (text("[0,1,[" + "[" * 200_000), {1007}),
    "deep and closed": (
        text('[0,1,[["msg","c",{"x":' + "[" * 100_000 + "]" * 100_000 + "}]]]"),
        {1007},
    ),
    "deep objects": (text('{"type":' * 100_000), {1007}),
    "trailing": (text("[0,1,[]] x"), {1007}),
    "NaN": (text('[0,1,[["msg","c",{"x":NaN}]]]'), {1007}),
    "buffers in text": (text('[0,1,[["msg","c",{}]],[[5]]]'), {1007}),
    # Lying lengths.
    "no header": (raw(BINARY, b"\x00"), {1007}),
    "header too long": (binary(BATCH, length=10**6), {1007}),
    "header of 4 GiB": (raw(BINARY, b"\xff\xff\xff\xff"), {1007}),
    "header too short": (binary([*BATCH, [[]]], length=5), {1007}),
    "no lengths": (binary(BATCH), {1007}),
    "lengths too large": (binary([*BATCH, [[10]]], b"x"), {1007}),
    "lengths too small": (binary([*BATCH, [[1]]], b"xxx"), {1007}),
    "negative lengths": (binary([*BATCH, [[-1, 2]]], b"x"), {1007}),
    "lengths that overflow": (binary([*BATCH, [[2**53 - 1, 1]]], b"x"), {1007}),
    "more lengths than messages": (binary([*BATCH, [[1], [2]]], b"xxx"), {1007}),
    "float lengths": (binary([*BATCH, [[1.0]]], b"x"), {1007}),
    # Sizes.
    "oversize": (text(b" " * (LIMIT + 1)), {1009}),
    "oversize by claim": (raw(TEXT, b"", length=LIMIT + 1), {1009}),
    "oversize by a claim of 8 EiB": (raw(BINARY, b"", length=2**63 - 1), {1009}),
    "oversize in parts": (in_parts([b" " * (LIMIT // 4)] * 5), {1009}),
    "oversize in parts without end": (in_parts([b" " * (LIMIT // 4)] * 5, last=False), {1009}),
    "oversize in binary parts": (in_parts([b" " * (LIMIT // 4)] * 5, BINARY), {1009}),
    "endless empty parts": (
        lambda socket: socket.send_bytes(
            b"\x01\x80\0\0\0\0" + b"\x00\x80\0\0\0\0" * (transport.MAX_FRAGMENTS + 1)
        ),
        {1009},
    ),
    # Bombs.
    "bomb": (raw(TEXT, BOMB, reserved=COMPRESSED), {1009}),
    "binary bomb": (raw(BINARY, BOMB, reserved=COMPRESSED), {1009}),
    "bomb in parts": (
        in_parts([BOMB[i : i + 2000] for i in range(0, len(BOMB), 2000)], reserved=COMPRESSED),
        {1009},
    ),
    "bomb after a full message": (
        in_parts([deflate(b" " * LIMIT), BOMB[:1000]], reserved=COMPRESSED),
        {1002, 1007, 1009},
    ),
    "no deflate": (raw(TEXT, b"\xff" * 100, reserved=COMPRESSED), {1002, 1007}),
    # WebSocket's rules (RFC 6455).
    "no UTF-8": (text(b'["\xff"]'), {1007}),
    "no UTF-8 over parts": (in_parts([b'["\xe2', b"x"]), {1007}),
    "not masked": (raw(TEXT, b"[0,1,[]]", masked=False), {1002}),
    "reserved bit": (raw(TEXT, b"[0,1,[]]", reserved=1), {1002}),
    "reserved opcode": (raw(3), {1002}),
    "reserved control opcode": (raw(11), {1002}),
    "continuation of nothing": (raw(CONTINUATION, b"x"), {1002}),
    "new message inside another": (
        lambda socket: (socket.send_frame(TEXT, b"[", fin=False), socket.send_frame(TEXT, b"]"))[0],
        {1002},
    ),
    "long ping": (raw(PING, b"x" * 126), {1002}),
    "ping in parts": (raw(PING, b"x", fin=False), {1002}),
    "compressed ping": (raw(PING, b"x", reserved=COMPRESSED), {1002}),
    "close with one byte": (raw(CLOSE, b"x"), {1002}),
    "close with no UTF-8": (raw(CLOSE, b"\x03\xe8\xff"), {1002, 1007}),
    "close with a forbidden code": (raw(CLOSE, struct.pack(">H", 1005)), {1002}),
    "HTTP": (lambda socket: socket.send_bytes(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"), {1002}),
}


@pytest.mark.parametrize("name", BREAKS)
def test_only_its_own_connection_ends(neighbours: Neighbours, name: str) -> None:
    breaks, codes = BREAKS[name]
    breaks(neighbours.bad)
    assert neighbours.bad.close_code() in codes
    neighbours.all_is_well()


def test_more_json_than_a_frame_may_have(
    neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codec, "MAX_JSON_BYTES", 1000)
    neighbours.bad.send([0, 1, [["msg", "c", {"x": "y" * 1000}]]])
    assert neighbours.bad.close_code() == 1009
    neighbours.all_is_well()


def test_whoever_sends_too_much_gets_to_read_that(neighbours: Neighbours) -> None:
    """A page that only saw the connection break would send the same again, and again."""
    neighbours.bad.send_frame(BINARY, bytes(64 * LIMIT))
    assert neighbours.bad.close_code() == 1009
    neighbours.all_is_well()


def test_a_handshake_with_too_many_headers(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    page = browser.open()
    headers = {f"X_{number}": "x" for number in range(200)}
    with browser.connect(page, **headers) as connection:
        assert connection.status in (0, 400, 431)
    assert not caplog.records


# What is unusual but right ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "send",
    [
        text(json.dumps(BATCH)),
        in_parts([bytes([byte]) for byte in json.dumps(BATCH).encode()]),
        in_parts([b"", json.dumps(BATCH).encode(), b"", b""]),
        raw(TEXT, deflate(json.dumps(BATCH).encode()), reserved=COMPRESSED),
        binary([*BATCH, [[]]]),
        binary([*BATCH, [[0, 0, 0]]]),
        binary([*BATCH, [[1000, 24]]], bytes(1024)),
    ],
)
def test_what_is_right_is_taken(neighbours: Neighbours, send: Break) -> None:
    send(neighbours.bad)
    neighbours.bad.wait_for_ack(1)


def test_pings_between_the_parts_of_a_message(neighbours: Neighbours) -> None:
    bad = neighbours.bad
    bad.send_frame(TEXT, b"[0,1,[[", fin=False)
    bad.send_frame(PING, b"hello")
    bad.send_frame(PONG, b"unasked")
    bad.send_frame(CONTINUATION, b'"msg","c"]]]')
    # In development, words about the start may come before.
    frames = iter(bad.read_frame, None)
    assert next(data for opcode, data in frames if opcode == PONG) == b"hello"
    bad.wait_for_ack(1)


def test_a_message_that_comes_twice_is_handled_once(neighbours: Neighbours) -> None:
    bad = neighbours.bad
    slider = bad.comm("IntSliderModel")
    move = ["msg", slider, {"method": "update", "state": {"value": 5}, "buffer_paths": []}]
    for _ in range(3):
        bad.send([0, 1, [move]])
    bad.send([0, 2, [["msg", "c"]]])
    bad.wait_for_ack(2)
    assert sum('"value 5"' in json.dumps(message) for message in bad.messages) == 1


def test_a_peer_that_pings_and_never_reads_costs_no_memory(
    neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered: list[int] = []
    handle = transport.WebSocketProtocol.handle_ping

    def count(self: transport.WebSocketProtocol) -> None:
        handle(self)
        answered.append(self.transport.get_write_buffer_size())

    monkeypatch.setattr(transport.WebSocketProtocol, "handle_ping", count)
    bad = neighbours.bad
    pings = b"\x89\xfd\0\0\0\0" + b"x" * 125
    for _ in range(40):
        bad.send_bytes(pings * 5000)
    neighbours.same_kernel.send([neighbours.same_kernel.seen, 1, [["msg", "c"]]])
    neighbours.same_kernel.wait_for_ack(1)
    assert max(answered) < 1 << 20
