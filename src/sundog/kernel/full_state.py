"""The full state of a kernel, for pages that have missed too much to resume."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sundog.kernel.comm import KernelComm, KernelCommManager
from sundog.kernel.messages.outbox import Outbox
from sundog.output import OutputBarrier
from sundog.protocol.message import Outgoing

if TYPE_CHECKING:
    from sundog.kernel.page import Page

DescribeComm = Callable[[KernelComm], Outgoing]
MOST_TRIES: Final = 10


class FullState:
    """Takes the state of a kernel and sends it to pages. Used on the kernel's logical thread.

    `describe` creates the message that opens a comm in its current state.
    """

    def __init__(
        self,
        comms: KernelCommManager,
        outbox: Outbox,
        output_barrier: OutputBarrier,
        *,
        describe: DescribeComm,
        describe_page: Callable[[], list[Outgoing]],
        report_error: Callable[[BaseException, str], object],
    ) -> None:
        """Create the object for a kernel.

        Args:
            comms: The kernel's comms.
            outbox: Sends the state to pages that wait for it.
            output_barrier: Stops output of other threads while the state is taken.
            describe: Creates the message that opens a comm in its current state.
            describe_page: Creates the messages with the page's content and location.
            report_error: Called with the error of a comm whose state can't be read.
        """
        self._comms = comms
        self._outbox = outbox
        self._output_barrier = output_barrier
        self.describe = describe
        self._describe_page = describe_page
        self._report_error = report_error

    def give(self, page: Page) -> None:
        """Send a page the current state, if it waits for one."""
        if self._try_to_give(page, exact=True):
            return
        # Another thread shows output at the same time.
        with self._output_barrier.kept():
            for attempt in range(2, MOST_TRIES + 1):
                # If traits change without pause, a repeated update is better than no state.
                if self._try_to_give(page, exact=attempt < MOST_TRIES):
                    return

    def take(self) -> list[Outgoing]:
        """Return the messages that bring an empty page to the current state."""
        messages = []
        for comm in self._comms.open_comms():
            try:
                if isinstance(comm, KernelComm):
                    messages.append(self.describe(comm))
            except Exception as error:  # noqa: BLE001 - one broken widget must not hide the rest
                self._report_error(error, "the state of a widget")
        return messages + self._describe_page()

    def _try_to_give(self, page: Page, *, exact: bool) -> bool:
        outbox, reader = self._outbox, page.reader
        if not outbox.awaits_state(reader):
            # The page is closed, or an earlier request of it was answered.
            return True
        after = outbox.last
        return outbox.give_state(reader, self.take(), after, exact=exact)
