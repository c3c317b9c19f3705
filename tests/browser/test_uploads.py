"""Large uploads arrive once, on slow lines too, and nobody is taken for dead meanwhile."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, WebSocket, expect

from sundog.protocol.parts import PART_BYTES
from tests.browser.servers import Servers
from tests.browser.visits import Visits
from tests.stress.lines import NetworkThread

APP = """
import hashlib
import ipywidgets as widgets

upload, label = widgets.FileUpload(), widgets.Label("nothing")
click, clicks = widgets.Button(description="Click"), widgets.Label("0 clicks")
count = 0

def arrived(change):
    global count
    count += 1
    [file] = change["new"]
    digest = hashlib.sha256(file["content"]).hexdigest()
    label.value = f"{count} upload of {file['size']} bytes, {digest}"

upload.observe(arrived, "value")
click.on_click(lambda _: setattr(clicks, "value", "1 click"))
widgets.VBox([upload, label, click, clicks])
"""

PART_HEADER_BYTES = 13


@pytest.fixture
def networks() -> Iterator[list[NetworkThread]]:
    made: list[NetworkThread] = []
    yield made
    for network in made:
        network.close()


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("size", "rate"),
    [
        pytest.param(3_000_000, 2_000_000, id="3 MB at 2 MB/s"),
        pytest.param(25_000_000, 300_000, id="25 MB at 300 kB/s", marks=pytest.mark.stress),
        pytest.param(95_000_000, 2_500_000, id="95 MB at 20 Mbit/s", marks=pytest.mark.stress),
    ],
)
def test_an_upload_arrives_once(
    serve: Servers,
    visits: Visits,
    networks: list[NetworkThread],
    tmp_path: Path,
    size: int,
    rate: float,
) -> None:
    content = os.urandom(size)
    file = tmp_path / "big.bin"
    file.write_bytes(content)
    server = serve.start(serve.script(APP))
    networks.append(NetworkThread(server.port, upload_rate=rate))
    sockets: list[WebSocket] = []
    frames: list[int] = []

    def opened(socket: WebSocket) -> None:
        sockets.append(socket)
        socket.on("framesent", lambda payload: frames.append(len(payload)))

    def prepare(context: BrowserContext) -> None:
        context.on("page", lambda page: page.on("websocket", opened))

    page = visits.open(networks[0].url, prepare=prepare)
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Upload").click()
    chosen.value.set_files(file)
    page.get_by_role("button", name="Click").click()
    digest = hashlib.sha256(content).hexdigest()
    timeout = 1000 * (30 + 1.5 * size / rate)
    expect(page.get_by_text(f"1 upload of {size} bytes, {digest}")).to_be_visible(timeout=timeout)
    expect(page.get_by_text("1 click")).to_be_visible()
    assert len(sockets) == 1
    assert max(frames) == PART_BYTES + PART_HEADER_BYTES
