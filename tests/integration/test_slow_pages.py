"""A page that reads slowly, or not at all, costs a bounded amount of memory and nobody's time."""

from __future__ import annotations

import json
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sundog.config import Settings
from sundog.protocol.parts import encode_part
from sundog.server import Server, process
from sundog.web.socket.transport import WebSocketProtocol
from tests.patience import PATIENCE
from tests.servers import Browser, RawSocket, frame, make_server

MiB = 1 << 20
SHARED = "slow_pages_shared"
APP = f"""
import ipywidgets as widgets
import sundog
import {SHARED} as shared
from sundog.kernel.current import current_kernel

kernel = current_kernel()
image, label = widgets.Image(), widgets.Label()
push, go = widgets.Button(description="push"), widgets.Button(description="go")

def send(number):
    data = bytes([number % 256]) * (1 << 20)
    if shared.custom:
        image.send({{"number": number}}, [data])
    else:
        image.value = data

def on_push(_):
    held = 0
    for number in range(100):
        send(number)
        held = max(held, kernel.outbox._log.bytes)
        if number == 50:
            label.value = "half way"
            assert shared.go.wait({PATIENCE})
    label.value = f"held {{held}} bytes"

push.on_click(on_push)
go.on_click(lambda _: shared.go.set())
sundog.on_kernel_start(lambda: shared.ended.set)
widgets.VBox([push, go, label, image])
"""
# Imported once for all kernels, so that they share what is in it.
MODULE = """
import threading
go, ended = threading.Event(), threading.Event()
custom = False
"""


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Any]:
    servers: list[Server] = []

    def make(**settings: Any) -> Server:
        server = make_server(tmp_path, APP, **settings)
        (tmp_path / "app" / f"{SHARED}.py").write_text(MODULE)
        servers.append(server.start())
        # The first run has ended as well.
        shared().ended.clear()
        return server

    yield make
    for server in servers:
        server.stop()
    sys.modules.pop(SHARED, None)
    sys.path[:] = [path for path in sys.path if path != str(tmp_path / "app")]


def shared() -> Any:
    return sys.modules[SHARED]


def click(connection: RawSocket, which: int, number: int = 1) -> None:
    buttons = [
        message[1]
        for message in connection.messages
        if message[0] == "open" and message[3]["state"].get("_model_name") == "ButtonModel"
    ]
    event = {"method": "custom", "content": {"event": "click"}}
    connection.send([connection.seen, number, [["msg", buttons[which], event]]])


def held(text: str) -> int:
    return int(text.rpartition("held ")[2].partition(" ")[0])


@pytest.fixture
def protocols(monkeypatch: pytest.MonkeyPatch) -> list[WebSocketProtocol]:
    """All WebSockets that the server has accepted."""
    made: list[WebSocketProtocol] = []
    connection_made = WebSocketProtocol.connection_made

    def note(self: WebSocketProtocol, transport: Any) -> None:
        made.append(self)
        connection_made(self, transport)

    monkeypatch.setattr(WebSocketProtocol, "connection_made", note)
    return made


@pytest.mark.parametrize("custom", [False, True], ids=["state", "events"])
def test_100_mb_for_a_reader_of_1_kb(
    serve: Any, protocols: list[WebSocketProtocol], custom: bool
) -> None:
    # More than half of what is sent: the fast page need not be faster than the app.
    limits = {"replay_bytes": 4 * MiB, "backlog_bytes": 64 * MiB}
    server = serve(**limits)
    shared().custom = custom
    with Browser(server) as browser:
        page = browser.open()
        slow_path = page.socket_path(page="slow")
        headers = [("Cookie", browser.cookie), ("Origin", browser.origin)]
        with (
            browser.attach(page) as fast,
            RawSocket(server.port, slow_path, headers, receive_buffer=4096) as slow,
            browser.attach(browser.open()) as other,
        ):
            slow.until('["ready"]')
            click(fast, 0)
            fast.until("half way")
            slow.take_in(1024)
            # The other page of the kernel has all of it, while the slow one has nearly none.
            assert numbers(fast) == list(range(51)) if custom else True
            assert sum(p.transport.get_write_buffer_size() for p in protocols) < 3 * MiB
            # Another kernel answers, and its answer lets the rest be pushed.
            click(other, 1)
            other.wait_for_ack(1)
            said = fast.until("held ")
            if custom:
                assert numbers(fast) == list(range(100))
                # The newest message never counts.
                assert held(said) <= limits["backlog_bytes"] + 2 * MiB
                assert slow.close_code() == 1013
                path = f"{slow_path.partition('seen=')[0]}seen={slow.seen}"
                with browser.connect(page, path) as again:
                    assert again.read()["mode"] == "sync"
                    again.until("held ")
            else:
                assert held(said) <= limits["replay_bytes"] + 2 * MiB
                before = slow.total
                slow.until("held ")
                assert slow.total - before < 8 * MiB
                assert ["none"] in slow.messages
                assert slow.seen == fast.seen


def numbers(connection: RawSocket) -> list[int]:
    """Return the numbers of the custom messages that have come."""
    return [
        message[2]["content"]["number"]
        for message in connection.messages
        if message[0] == "msg" and message[2].get("method") == "custom"
    ]


@pytest.mark.parametrize("waiting", [False, True], ids=["idle", "with much to send"])
def test_a_peer_that_is_gone_is_noticed(
    serve: Any, monkeypatch: pytest.MonkeyPatch, waiting: bool
) -> None:
    monkeypatch.setattr(process, "PING_SECONDS", 0.3)
    server = serve(kernel_cull_timeout=0.01)
    shared().go.set()
    with Browser(server) as browser, browser.connect(browser.open()) as gone:
        # It reads no more from here on, and answers no ping: as if its cable had been cut.
        gone.until('["ready"]')
        if waiting:
            shared().custom = True
            click(gone, 0)
        assert shared().ended.wait(PATIENCE)


@pytest.mark.parametrize("parts", [False, True], ids=["whole", "in parts"])
def test_an_upload_that_takes_longer_than_a_ping_may_arrives(
    serve: Any, monkeypatch: pytest.MonkeyPatch, parts: bool
) -> None:
    monkeypatch.setattr(process, "PING_SECONDS", 0.3)
    server = serve()
    shared().go.set()
    with Browser(server) as browser, browser.connect(browser.open()) as page:
        page.until('["ready"]')
        label = page.comm("LabelModel")
        update = ["msg", label, {"method": "custom", "content": {}}]
        text = json.dumps([0, 1, [update], [[100_000]]]).encode()
        whole = struct.pack(">I", len(text)) + text + bytes(100_000)
        # Pings are not answered meanwhile: the answers would wait behind what is sent.
        if parts:
            for offset in range(0, len(whole), 5000):
                page.send_frame(2, encode_part(whole=whole, offset=offset, size=5000))
                time.sleep(0.08)
        else:
            data = frame(2, whole)
            for offset in range(0, len(data), 5000):
                page.send_bytes(data[offset : offset + 5000])
                time.sleep(0.08)
        page.wait_for_ack(1)


def test_half_open_connections_are_found_within_40_s() -> None:
    config = process.make_config(None, Settings())  # type: ignore[arg-type]
    assert config.ws_ping_interval is not None
    assert config.ws_ping_timeout is not None
    assert 0 < config.ws_ping_interval + config.ws_ping_timeout <= 40
