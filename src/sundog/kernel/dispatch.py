"""Passes a page's messages to their comms."""

from __future__ import annotations

import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sundog.kernel.comm import KernelComm, KernelCommManager
from sundog.protocol import (
    Address,
    Answer,
    CommClose,
    CommMessage,
    CommOpen,
    PageBatch,
    PageMessage,
    PageMoved,
)
from sundog.scope import Scope, scoped

if TYPE_CHECKING:
    from sundog.kernel.page import Page

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Received:
    """A page's message that waits to be handled, and its number."""

    page: Page
    number: int
    message: PageMessage
    buffers: list[memoryview]


class Dispatcher:
    """Handles messages on the kernel's logical thread, one after another, even if some fail."""

    def __init__(
        self,
        comms: KernelCommManager,
        *,
        move: Callable[[Address], None],
        leave: Callable[[Address], bool],
        answer: Callable[[int, str], None],
        acknowledge: Callable[[Page, int], None],
        report_error: Callable[[BaseException, str], object],
    ) -> None:
        """Create the dispatcher of a kernel's comms.

        Args:
            comms: The comms that receive the messages.
            answer: Called with the number of a question and the user's answer, as soon as it
                arrives, because the kernel's thread may wait for it.
            move: Called with the address that the user has moved a page to.
            leave: Called with such an address as soon as it arrives. Returns whether this handles
                it: the page loads the address, because the kernel's thread is busy.
            acknowledge: Called with a page and the number of its message that was handled.
            report_error: Called with a callback's error, and what failed.
        """
        self._comms = comms
        self._answer = answer
        self._move = move
        self._leave = leave
        self._acknowledge = acknowledge
        self._report_error = report_error
        # Any thread may take messages from it that are not being handled yet: see `hand_over`.
        self._inbox: deque[Received] = deque()
        self._held = False

    def put(
        self,
        page: Page,
        batch: PageBatch,
        skip: int,
        buffers: Sequence[list[memoryview]] | None,
    ) -> int:
        """Store a batch's messages from its `skip`-th on until `handle`; return their number."""
        for index in range(skip, len(batch.messages)):
            message = batch.messages[index]
            own = buffers[index] if buffers else []
            self._inbox.append(Received(page, batch.first + index, message, own))
            if type(message) is Answer:
                # The kernel's thread waits for it, and handles nothing in the meantime.
                self._answer(message.question, message.text)
            elif type(message) is PageMoved and self._leave(Address.parse(message.place)):
                self._acknowledge(page, batch.first + index)
        return len(batch.messages) - skip

    def handle(self, count: int) -> None:
        """Handle up to this many messages, and acknowledge each."""
        for _ in range(count):
            try:
                received = None if self._held else self._inbox.popleft()
            except IndexError:
                received = None
            if received is None:
                return
            page, number = received.page, received.number
            page.begun = number
            self._comms.parent = f"{page.id}:{number}"
            began = time.perf_counter() if page.on_handled is not None else 0.0
            try:
                self._handle(received.message, received.buffers)
            except BaseException as error:  # noqa: BLE001 - the boundary between app and server
                # Including SystemExit: a callback can't end the server or its kernel.
                self._report_error(error, "a widget's callback")
            finally:
                self._comms.parent = None
            if page.on_handled is not None:
                page.on_handled(number, time.perf_counter() - began)
            self._acknowledge(page, number)

    # Where one kernel takes another's place ------------------------------------------------------

    def hold(self) -> None:
        """Handle nothing until `go_on`."""
        self._held = True

    def hand_over(self) -> list[Received]:
        """Return all messages that are not being handled yet. Thread-safe."""
        given = []
        with contextlib.suppress(IndexError):
            while True:
                given.append(self._inbox.popleft())
        return given

    def put_first(self, received: Sequence[Received]) -> None:
        """Store messages that arrived before all that are stored here."""
        self._inbox.extendleft(reversed(received))

    def go_on(self) -> int:
        """Handle messages again; return how many are waiting."""
        self._held = False
        return len(self._inbox)

    @property
    def _log_id(self) -> str:
        return self._comms.scope.kernel.log_id

    def _handle(self, message: PageMessage, buffers: list[memoryview]) -> None:
        comms = self._comms
        if isinstance(message, CommOpen):
            self._open(message, buffers)
            return
        if isinstance(message, PageMoved):
            self._move(Address.parse(message.place))
            return
        if isinstance(message, Answer):
            # It was handled when it arrived.
            return
        comm = comms.comms.get(message.comm_id)
        if comm is None:
            # Closed here while the message was in transit.
            logger.debug("[%s] a message for a comm that is gone", self._log_id)
        elif isinstance(message, CommMessage):
            content = _jupyter_message(message, message.extra, buffers)
            # Every comm of a kernel is one of ours; the package's type does not express this.
            scope: Scope = comm.scope  # type: ignore[attr-defined]
            if scope is comms.scope:
                comm.handle_msg(content)
            else:
                with scoped(scope):
                    comm.handle_msg(content)
        elif isinstance(message, CommClose):
            comms.comms.pop(message.comm_id, None)
            comm.mark_closed()  # type: ignore[attr-defined]
            comm.handle_close(_jupyter_message(message, {}, buffers))

    def _open(self, message: CommOpen, buffers: list[memoryview]) -> None:
        if message.comm_id in self._comms.comms:
            logger.warning("[%s] a page opened a comm that is already open", self._log_id)
            return
        target = self._comms.targets.get(message.target)
        comm = KernelComm(self._comms, message.target, comm_id=message.comm_id, primary=False)
        if target is None:
            logger.warning("[%s] no such comm target: %r", self._log_id, message.target)
            comm.close()
            return
        try:
            target(comm, _jupyter_message(message, {"metadata": message.metadata}, buffers))
        except Exception:
            comm.close()
            raise


def _jupyter_message(
    message: CommOpen | CommMessage | CommClose, extra: dict[str, Any], buffers: list[memoryview]
) -> dict[str, Any]:
    """Return a message in the form of Jupyter's messaging protocol, as comm callbacks expect it."""
    return {
        "content": {"comm_id": message.comm_id, "data": message.data},
        "metadata": extra.get("metadata", {}),
        "buffers": buffers,
    }
