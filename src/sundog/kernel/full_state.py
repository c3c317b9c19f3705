"""The whole state of a kernel, for pages that have missed more than can be told."""

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
    """Takes the state of a kernel and gives it to pages. Used on the kernel's logical thread.

    `describe` makes the message that opens a comm as it is now.
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
        """Make what takes the state of a kernel.

        Args:
            comms: The kernel's comms.
            outbox: Where pages that wait for the state get it from.
            output_barrier: Holds back threads that show something while the state is taken.
            describe: Makes the message that opens a comm as it is now.
            describe_page: Makes the messages that show the page and its location.
            report_error: Called with what a comm raised instead of its state.
        """
        self._comms = comms
        self._outbox = outbox
        self._output_barrier = output_barrier
        self.describe = describe
        self._describe_page = describe_page
        self._report_error = report_error

    def give(self, page: Page) -> None:
        """Give a page the present state, if it waits for one."""
        if self._try_to_give(page, exact=True):
            return
        # A thread shows things meanwhile.
        with self._output_barrier.kept():
            for attempt in range(2, MOST_TRIES + 1):
                # Where traits change without pause, a repeated update is better than no state.
                if self._try_to_give(page, exact=attempt < MOST_TRIES):
                    return

    def take(self) -> list[Outgoing]:
        """Return the messages that bring a page with nothing to the present state."""
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
            # The page has gone, or an earlier request of it was answered.
            return True
        after = outbox.last
        return outbox.give_state(reader, self.take(), after, exact=exact)
