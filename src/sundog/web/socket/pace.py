"""How fast a page is read: within its rate limit, and not far ahead of its kernel."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final

from sundog.registry import Attachment
from sundog.web.access import Allowance, Refusal, Refusals

# How much of one page may wait for its kernel before reading stops.
MAX_WAITING_MESSAGES: Final = 10_000
MAX_WAITING_BYTES: Final = 64 << 20
LOOK_AGAIN_SECONDS: Final = 0.05
REASSURE_SECONDS: Final = 5.0


class Pace:
    """The pace of one connection. Used on the server's event loop."""

    def __init__(
        self,
        allowance: Allowance,
        refusals: Refusals,
        reassure: Callable[[], Awaitable[object]],
    ) -> None:
        """Create the pace of a connection.

        Args:
            allowance: The page's rate limit.
            refusals: Counts and logs the pages that wait.
            reassure: Sends the page a sign of life. A ping of the page waits unread, and the page
                must not think that the server is gone.
        """
        self._allowance = allowance
        self._refusals = refusals
        self._reassure = reassure
        self._ended = asyncio.Event()

    def end(self) -> None:
        """Wait no longer, because the connection ends."""
        self._ended.set()

    async def keep(self, count: int, size: int, attachment: Attachment) -> None:
        """Wait until the next frame may be read.

        The page's system notices that nothing is read, and stops sending. Closing the connection
        instead would make the page reconnect and send the same again.

        Args:
            count: How many messages the last frame cost.
            size: Its bytes.
            attachment: The page, and the kernel that handles its messages.
        """
        pause = self._allowance.charge(count, size)
        page, log_id = attachment.page, attachment.kernel.log_id
        if pause:
            self._refusals.note(Refusal.THROTTLED, "[%s] a page sends too fast; it waits", log_id)
            await self._pause(pause)
        looks = 0
        while not self._ended.is_set() and not page.keeps_up(
            MAX_WAITING_MESSAGES, MAX_WAITING_BYTES
        ):
            if not looks:
                self._refusals.note(
                    Refusal.THROTTLED, "[%s] a page is far ahead of its kernel; it waits", log_id
                )
            looks += 1
            await self._pause(LOOK_AGAIN_SECONDS)
            if looks % int(REASSURE_SECONDS / LOOK_AGAIN_SECONDS) == 0:
                await self._reassure()

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ended.wait()
