"""A page comes back after exactly as many messages as the server keeps, and after one more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sundog
from sundog.kernel.current import current_kernel
from sundog.kernel.kernel import VirtualKernel
from sundog.protocol.codec import encode_message
from tests.kernels import eventually, run_in
from tests.servers import Browser, RawSocket, make_server

KEPT = 10
APP = "import ipywidgets as widgets\nwidgets.Button()\n"
# How much of the ring one message takes: the ids of comms are all as long, and so the numbers.
SIZE = encode_message("msg", 32 * "x", {"method": "custom", "content": {"number": 100}}).size


@pytest.fixture
def kernels() -> Iterator[dict[str, VirtualKernel]]:
    """The kernels of this process by their ids, from now on."""
    found: dict[str, VirtualKernel] = {}

    def note() -> None:
        kernel = current_kernel()
        assert kernel is not None
        if not kernel.is_dry_run:
            found[kernel.id] = kernel

    remove = sundog.on_kernel_start(note)
    yield found
    remove()


def say(kernel: VirtualKernel, first: int, count: int) -> None:
    """Have the app send so many custom messages with consecutive numbers."""
    (button,) = (it for it in kernel.widgets.values() if it._model_name == "ButtonModel")
    for number in range(first, first + count):
        run_in(kernel, lambda number=number: button.send({"number": number}))  # type: ignore[misc]


def numbers(connection: RawSocket) -> list[int]:
    """Return the numbers that a page was told, in order."""
    return [
        message[2]["content"]["number"]
        for message in connection.messages
        if message[0] == "msg" and message[2]["method"] == "custom"
    ]


@pytest.mark.parametrize("missed", [KEPT, KEPT + 1])
@pytest.mark.parametrize(
    "limit", [{"replay_messages": KEPT}, {"replay_bytes": KEPT * SIZE}], ids=["messages", "bytes"]
)
def test_at_the_ring_s_edge(
    tmp_path: Path, kernels: dict[str, VirtualKernel], limit: dict[str, Any], missed: int
) -> None:
    with make_server(tmp_path, APP, **limit) as server, Browser(server) as browser:
        page = browser.open()
        with browser.attach(page) as connection:
            kernel = kernels[page.kernel]
            say(kernel, 100, 1)
            connection.until('"number":100')
            seen = connection.seen
        (reader,) = (each.reader for each in kernel.pages.values())
        eventually(lambda: reader.notify is None)
        say(kernel, 101, missed)
        with browser.connect(page, page.socket_path(seen=seen)) as connection:
            welcome = connection.read()
            assert welcome["type"] == "welcome"
            say(kernel, 200, 1)
            connection.until('"number":200')
            if missed == KEPT:
                assert (welcome["mode"], welcome["seq"]) == ("resume", seen)
                assert numbers(connection) == [*range(101, 101 + missed), 200]
                assert connection.seen == seen + missed + 1
            else:
                assert welcome["mode"] == "sync"
                assert connection.comm("ButtonModel") in kernel.widgets
                # What was no state is gone; what is said after the state comes.
                assert numbers(connection) == [200]
