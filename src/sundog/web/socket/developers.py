"""Messages from and to a page in development only."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import textwrap
from collections.abc import Callable

from sundog.protocol import ScriptError, Timing, encode_control
from sundog.registry import Attachment

logger = logging.getLogger(__name__)


class DevelopersPage:
    """Errors of scripts for the terminal, and times of messages for the page, of one connection.

    In production, browsers can't write to the log, and pages get no times. `tell` sends a control
    message in place of a pending one of its kind, on the running loop.
    """

    def __init__(self, tell: Callable[[str, str], None]) -> None:
        self._tell = tell
        self._loop = asyncio.get_running_loop()

    def take(self, message: ScriptError | Timing, attachment: Attachment) -> None:
        """Handle a page's message."""
        if not attachment.kernel.development:
            return
        if isinstance(message, Timing):
            attachment.page.on_handled = self._handled if message.wanted else None
            return
        lines = textwrap.indent(message.text, "    ")
        logger.error("[%s] in the browser: %s\n%s", attachment.kernel.log_id, message.title, lines)

    def leave(self, attachment: Attachment) -> None:
        """Stop sending times."""
        # A newer connection of the page may have asked too.
        if attachment.page.on_handled == self._handled:
            attachment.page.on_handled = None

    def _handled(self, number: int, seconds: float) -> None:
        """Send the page how long one of its messages took. Thread-safe."""
        milliseconds = round(seconds * 1000, 3)
        message = {"type": "handled", "number": number, "milliseconds": milliseconds}
        # The loop is closed only when the process ends.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(
                self._tell, f"handled {number}", encode_control(message)
            )
