"""The whole state of a kernel, for pages that have missed more than can be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sundog.kernel.comm import KernelComm
from sundog.protocol.codec import encode_message
from sundog.protocol.message import Outgoing

if TYPE_CHECKING:
    from sundog.kernel.kernel import VirtualKernel
    from sundog.kernel.page import Page

DescribeComm = Callable[[KernelComm], Outgoing]
MOST_TRIES: Final = 10


class FullState:
    """Takes the state of a kernel and gives it to pages. Used on the kernel's logical thread.

    `describe` makes the message that opens a comm as it is now.
    """

    def __init__(self, kernel: VirtualKernel, describe: DescribeComm) -> None:
        self._kernel = kernel
        self.describe = describe

    def give(self, page: Page) -> None:
        """Give a page the present state, if it waits for one."""
        if self._try_to_give(page, exact=True):
            return
        # A thread shows things meanwhile.
        with self._kernel.output_barrier.kept():
            for attempt in range(2, MOST_TRIES + 1):
                # Where traits change without pause, a repeated update is better than no state.
                if self._try_to_give(page, exact=attempt < MOST_TRIES):
                    return

    def take(self) -> list[Outgoing]:
        """Return the messages that bring a page with nothing to the present state."""
        kernel, messages = self._kernel, []
        for comm in kernel.comms.open_comms():
            try:
                if isinstance(comm, KernelComm):
                    messages.append(self.describe(comm))
            except Exception as error:  # noqa: BLE001 - one broken widget must not hide the rest
                kernel.report_error(error, "the state of a widget")
        messages += [encode_message("output", "", item) for item in kernel.page_area.items]
        return messages + kernel.location.describe()

    def _try_to_give(self, page: Page, *, exact: bool) -> bool:
        outbox, reader = self._kernel.outbox, page.reader
        if not outbox.awaits_state(reader):
            # The page has gone, or an earlier request of it was answered.
            return True
        after = outbox.last
        return outbox.give_state(reader, self.take(), after, exact=exact)
