"""A page's messages reach the comms they are for, and each is acknowledged."""

from __future__ import annotations

import asyncio
import json
import struct
import threading
from typing import Any

import pytest

from sundog.errors import ProtocolError
from sundog.kernel.comm import KernelComm
from sundog.kernel.kernel import VirtualKernel
from sundog.protocol.codec import decode_binary
from tests.kernels import FakePage, run_in


@pytest.fixture
def page(kernel: VirtualKernel) -> FakePage:
    page = FakePage(kernel)
    page.connect()
    return page


@pytest.fixture
def got(kernel: VirtualKernel) -> list[Any]:
    """What comm "c" of the kernel gets."""
    got: list[Any] = []
    KernelComm(kernel.comms, comm_id="c").on_msg(got.append)
    return got


def test_a_message_has_jupyters_form(page: FakePage, got: list[Any]) -> None:
    number = page.send(["msg", "c", {"x": 1}, {"metadata": {"m": 2}}])
    page.wait_for_ack(number)

    assert got == [
        {
            "content": {"comm_id": "c", "data": {"x": 1}},
            "metadata": {"m": 2},
            "buffers": [],
        }
    ]


def test_buffers_arrive_with_their_message(
    kernel: VirtualKernel, page: FakePage, got: list[Any]
) -> None:
    header = json.dumps([0, 1, [["msg", "c"], ["msg", "c"]], [[], [3]]]).encode()
    batch, buffers = decode_binary(struct.pack(">I", len(header)) + header + b"abc")
    kernel.receive(page.page, batch, buffers)
    page.wait_for_ack(2)

    assert [[bytes(buffer) for buffer in message["buffers"]] for message in got] == [[], [b"abc"]]


def test_messages_are_handled_in_order_and_once(page: FakePage, got: list[Any]) -> None:
    page.send(*(["msg", "c", {"n": number}] for number in (1, 2, 3)))
    page.send(*(["msg", "c", {"n": number}] for number in (2, 3, 4)), first=2)
    page.send(["msg", "c", {"n": 1}], first=1)
    page.wait_for_ack(4)

    assert [message["content"]["data"]["n"] for message in got] == [1, 2, 3, 4]


def test_a_gap_is_refused(page: FakePage, got: list[Any]) -> None:
    with pytest.raises(ProtocolError):
        page.send(["msg", "c"], first=3)
    assert page.page.received == 0


def test_the_parent_is_known_while_a_message_is_handled(
    kernel: VirtualKernel, page: FakePage
) -> None:
    parents: list[str | None] = []
    KernelComm(kernel.comms, comm_id="c").on_msg(lambda _: parents.append(kernel.comms.parent))
    page.wait_for_ack(page.send(["msg", "c"], ["msg", "c"]))

    assert parents == ["page:1", "page:2"]
    assert kernel.comms.parent is None


@pytest.mark.parametrize(
    "error", [ValueError("no"), SystemExit(3), KeyboardInterrupt(), asyncio.CancelledError()]
)
def test_a_callback_that_fails_stops_nothing(
    kernel: VirtualKernel, page: FakePage, error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    got: list[int] = []

    def fail_first(message: Any) -> None:
        got.append(message["content"]["data"]["n"])
        if got == [1]:
            raise error

    KernelComm(kernel.comms, comm_id="c").on_msg(fail_first)
    page.send(["msg", "c", {"n": 1}], ["msg", "c", {"n": 2}])
    page.wait_for_ack(page.send(["msg", "c", {"n": 3}]))

    assert got == [1, 2, 3]
    assert [message[0] for message in page.messages] == ["open", "error"]
    assert type(error).__name__ in caplog.text
    assert run_in(kernel, lambda: "alive") == "alive"


@pytest.mark.parametrize("development", [True, False])
def test_an_error_that_no_page_can_be_told_stops_nothing(
    make_kernel: Any, development: bool
) -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError("\ud800")

    def fail(_: object) -> None:
        raise Mute("\ud800")

    kernel = make_kernel(development=development)
    page = FakePage(kernel)
    page.connect()
    KernelComm(kernel.comms, comm_id="c").on_msg(fail)
    page.wait_for_ack(page.send(["msg", "c"], ["msg", "c"]))

    assert [message[0] for message in page.messages] == ["open", "error", "error"]


def test_a_message_for_a_comm_that_is_gone_is_acknowledged(page: FakePage) -> None:
    page.wait_for_ack(page.send(["msg", "gone"], ["close", "gone"]))
    assert page.messages == []


def test_a_page_closes_a_comm(kernel: VirtualKernel, page: FakePage) -> None:
    closed: list[Any] = []
    comm = KernelComm(kernel.comms, comm_id="c")
    comm.on_close(closed.append)
    page.wait_for_ack(page.send(["close", "c", {"bye": 1}], ["msg", "c"]))

    assert [message["content"] for message in closed] == [{"comm_id": "c", "data": {"bye": 1}}]
    assert kernel.comms.comms == {}
    comm.close()
    assert [message[0] for message in page.messages] == ["open"]


class TestOpening:
    @pytest.fixture
    def opened(self, kernel: VirtualKernel) -> list[Any]:
        """What the target "target" gets."""
        opened: list[Any] = []
        kernel.comms.register_target("target", lambda comm, message: opened.append((comm, message)))
        return opened

    def test_the_target_gets_the_comm(
        self, kernel: VirtualKernel, page: FakePage, opened: list[Any]
    ) -> None:
        page.wait_for_ack(page.send(["open", "new", "target", {"x": 1}, {"version": "2"}]))

        [(comm, message)] = opened
        assert comm is kernel.comms.comms["new"]
        assert message["content"] == {"comm_id": "new", "data": {"x": 1}}
        assert message["metadata"] == {"version": "2"}
        assert page.messages == []

    def test_an_unknown_target_is_closed(self, kernel: VirtualKernel, page: FakePage) -> None:
        page.wait_for_ack(page.send(["open", "new", "nobody"]))

        assert page.messages == [["close", "new", {}]]
        assert kernel.comms.comms == {}

    def test_a_target_that_fails_is_closed(self, kernel: VirtualKernel, page: FakePage) -> None:
        def fail(comm: object, message: object) -> None:
            raise ValueError("no")

        kernel.comms.register_target("fails", fail)
        page.wait_for_ack(page.send(["open", "new", "fails"]))

        assert [message[0] for message in page.messages] == ["close", "error"]
        assert kernel.comms.comms == {}

    def test_a_comm_that_is_open_stays_what_it_is(
        self, kernel: VirtualKernel, page: FakePage, opened: list[Any]
    ) -> None:
        comm = KernelComm(kernel.comms, comm_id="c")
        page.wait_for_ack(page.send(["open", "c", "target"]))

        assert opened == []
        assert kernel.comms.comms["c"] is comm


def test_who_wants_to_know_is_told_how_long_messages_take(
    kernel: VirtualKernel, page: FakePage
) -> None:
    told: list[tuple[int, float]] = []
    pause = threading.Event()
    KernelComm(kernel.comms, comm_id="slow").on_msg(lambda message: pause.wait(0.03))
    page.wait_for_ack(page.send(["msg", "slow"]))
    page.page.on_handled = lambda number, seconds: told.append((number, seconds))
    page.wait_for_ack(page.send(["msg", "slow"], ["msg", "gone"]))

    assert [number for number, _ in told] == [2, 3]
    assert told[0][1] >= 0.03 > told[1][1]
