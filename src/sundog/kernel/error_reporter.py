"""Where the errors of one kernel's code end: its log, its pages and the server."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from sundog.errors import KernelExit, KernelStoppedError, NoInputError
from sundog.kernel import errors as reports
from sundog.kernel.error_rate import ErrorRate
from sundog.kernel.identity import NoClientYetError
from sundog.protocol import Outgoing, encode_message

logger = logging.getLogger(__name__)


class ErrorReporter:
    """Reports the errors of one kernel."""

    def __init__(
        self,
        *,
        development: bool,
        log_id: Callable[[], str],
        publish: Callable[[Outgoing], object],
        rate: Callable[[], ErrorRate],
        has_ended: Callable[[], bool],
        asks_nobody: Callable[[], bool],
    ) -> None:
        """Create the reporter of a kernel.

        Args:
            development: Whether pages may show everything of an error.
            log_id: Returns the kernel's name in logs.
            publish: Sends a message to the kernel's pages.
            rate: Returns what limits the kernel's errors in the log.
            has_ended: Returns whether the kernel has been cleared.
            asks_nobody: Returns whether the kernel's pages have closed, so that nobody answers
                `input`.
        """
        self._development = development
        self._log_id = log_id
        self._publish = publish
        self._rate = rate
        self._has_ended = has_ended
        self._asks_nobody = asks_nobody
        # Called with the app's errors, where they happen; may take its time.
        self.listener: Callable[[BaseException], object] = lambda error: None
        # Whether an error of the app was reported.
        self.has_failed = False

    def report(self, error: BaseException, where: str) -> str:
        """Log an error and show it in the pages, as far as the mode allows. Return its id."""
        if isinstance(error, (NoClientYetError, KernelExit, KernelStoppedError)):
            return ""
        if self._has_ended():
            # A thread that was left behind: what it works with has been cleared.
            logger.debug("[%s] %s fails after the end: %r", self._log_id(), where, error)
            return ""
        if isinstance(error, NoInputError) and self._asks_nobody():
            # The user has closed the page without an answer.
            return ""
        self.has_failed = True
        told = reports.report(error, where, self._log_id(), self._development, self._rate())
        if told["id"]:
            self._publish(encode_message("error", told))
        self.listener(error)
        return str(told["id"])

    def guard(self, work: Callable[[], object]) -> None:
        """Call a function and report its error."""
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - the boundary between app and server
            self.report(error, "the app")

    def report_loop_error(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Handle errors that asyncio reports, such as of failed tasks that nothing awaited."""
        error = context.get("exception")
        if error is not None and not isinstance(error, asyncio.CancelledError):
            task = context.get("task") or context.get("future")
            name = getattr(task, "get_coro", lambda: None)()
            self.report(error, f"coroutine {getattr(name, '__qualname__', '')}".rstrip())
        else:
            logger.error("[%s] %s", self._log_id(), context.get("message"))
