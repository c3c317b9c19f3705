"""Kernels without a server: run code in one, and look at it as a page does."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sundog.errors import KernelClosedError
from sundog.ids import PageId
from sundog.kernel.kernel import VirtualKernel
from sundog.protocol.codec import decode_text
from sundog.protocol.message import Outgoing, PageBatch
from tests.patience import PATIENCE

T = TypeVar("T")

# Long enough for any machine; reached only by a test that fails.


def run_in(kernel: VirtualKernel, work: Callable[[], T]) -> T:
    """Run something on a kernel's logical thread and return, or raise, its outcome."""
    return start_in(kernel, work).result(PATIENCE)


def start_in(kernel: VirtualKernel, work: Callable[[], T]) -> Future[T]:
    """Have something run on a kernel's logical thread; return the future of its outcome."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - the caller of `result` gets it
            future.set_exception(error)

    kernel.submit(run)
    return future


def close(kernel: VirtualKernel) -> None:
    """Close a kernel and wait for its end."""
    ended = threading.Event()
    kernel.close(ended.set)
    assert ended.wait(PATIENCE), "the kernel did not end"


def settle(kernel: VirtualKernel) -> None:
    """Wait until a kernel has handled all that it was given so far."""
    run_in(kernel, lambda: None)


def eventually(holds: Callable[[], bool]) -> None:
    """Wait for something that nobody announces."""
    pause = threading.Event()
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        pause.wait(0.002)


class FakePage:
    """A page without a socket: connects, sends, and reads what the kernel says."""

    def __init__(self, kernel: VirtualKernel, page_id: str = "page") -> None:
        self.kernel = kernel
        self.page = kernel.pages.open(PageId(page_id))
        self.ack = 0
        self.seen = 0
        self.messages: list[Any] = []
        # With each message: the number of the last of the page's own that was handled.
        self.acks: list[int] = []
        self._sent = 0
        self._woken = threading.Event()

    def connect(self, seen: int = 0) -> bool:
        """Connect as after so many messages; say whether the kernel could resume there."""
        return self.kernel.outbox.connect(self.page.reader, seen, self._woken.set)

    def disconnect(self) -> None:
        self.kernel.outbox.disconnect(self.page.reader, self._woken.set)

    def send(self, *messages: list[Any], first: int | None = None) -> int:
        """Send data messages; return the number of the last."""
        first = self._sent + 1 if first is None else first
        batch = decode_text(json.dumps([self.seen, first, list(messages)]))
        assert isinstance(batch, PageBatch)
        self._sent = max(self._sent, first + len(messages) - 1)
        self.kernel.receive(self.page, batch)
        return self._sent

    def update(self, comm_id: str, **state: Any) -> int:
        """Set a widget's traits, as a view does."""
        return self.send(["msg", comm_id, {"method": "update", "state": state, "buffer_paths": []}])

    def read(self) -> list[Any]:
        """Take what there is now, and return what was new."""
        new: list[Any] = []
        while (batch := self.kernel.outbox.take(self.page.reader)) is not None:
            self.ack = batch.ack
            if batch.first:
                self.seen = batch.first + len(batch.messages) - 1
            new += map(as_json, batch.messages)
            self.acks += [batch.ack] * len(batch.messages)
        self.messages += new
        return new

    def wait_until(self, satisfied: Callable[[], bool]) -> None:
        """Read on until something holds."""
        while True:
            self._woken.clear()
            self.read()
            if satisfied():
                return
            assert self._woken.wait(PATIENCE), (
                f"not in time; the last messages: {self.messages[-5:]}"
            )

    def wait_for_ack(self, number: int) -> None:
        """Read on until the page's messages up to a number have been processed."""
        self.wait_until(lambda: self.ack >= number)


def as_json(message: Outgoing) -> Any:
    """Return a message as a page sees it."""
    return json.loads(message.text)


def is_closed(kernel: VirtualKernel) -> bool:
    """Whether a kernel takes no more work."""
    try:
        kernel.submit(lambda: None)
    except KernelClosedError:
        return True
    return False
