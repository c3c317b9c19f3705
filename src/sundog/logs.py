"""Formats log lines and removes unsafe characters from them."""

from __future__ import annotations

import logging
import re
import sys
from typing import Final

from sundog.scope import current_scope

SESSION_COOKIE: Final = re.compile(r"(solara-session-id=[^;\s]{8})[^;\s]+")
KERNEL_PATH: Final = re.compile(r"(/_sundog/kernel/[^/?\s]{8})[^/?\s]+")
# The server's loggers. Their records may contain input from clients.
SERVER_LOGGERS: Final = ("sundog", "uvicorn", "websockets")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class LineFormatter(logging.Formatter):
    """Formats records so that input from clients and apps can't forge lines or control a terminal.

    A record may have several lines, for example with a traceback. All but the first are indented,
    so that only a new record starts at the beginning of a line.
    """

    def __init__(self, worker: int | None = None) -> None:
        where = "" if worker is None else f"worker {worker}: "
        super().__init__(f"%(asctime)s %(levelname)-7s {where}%(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """Return a record's lines, without control characters, whole kernel ids and cookies."""
        return indented(self.cleaned(record))

    def cleaned(self, record: logging.LogRecord) -> str:
        """Return a record's lines without the indentation."""
        return clean(super().format(record))


def indented(text: str) -> str:
    """Return a text with all lines but the first indented."""
    return text.replace("\n", "\n  ")


def clean(text: str) -> str:
    """Return text with control characters escaped, except tabs and line ends, and ids shortened."""
    text = SESSION_COOKIE.sub(r"\1", KERNEL_PATH.sub(r"\1", text))
    return _CONTROLS.sub(lambda match: ascii(match[0])[1:-1], text)


class LastResort(logging.Handler):
    """Handles records without another handler: warnings and errors of libraries that apps use.

    In a kernel, it writes to ``sys.stderr`` as Python does, which is the output of the running
    code. Outside of a kernel, it writes to the server's log.
    """

    def __init__(self, server: logging.Handler) -> None:
        super().__init__(logging.WARNING)
        self._server = server

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        if current_scope() is None:
            self._server.handle(record)
        elif sys.stderr is not None:
            sys.stderr.write(self.format(record) + "\n")


def configure_logging(
    level: str, *, access_log: bool, formatter: logging.Formatter | None = None
) -> None:
    """Configure the server's loggers to write to standard error.

    The root logger belongs to the app, so that `logging.basicConfig` works as usual. The server's
    loggers have their own handler and do not propagate to the root logger.

    Args:
        level: The minimum level, such as ``info``.
        access_log: Whether to log every request.
        formatter: The formatter; by default a `LineFormatter`.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(formatter or LineFormatter())
    for name in SERVER_LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.propagate = False
    logging.lastResort = LastResort(handler)
    number = logging.getLevelNamesMapping()[level.upper()]
    logging.getLogger("sundog").setLevel(number)
    # uvicorn and websockets log every socket at "info", which is too detailed here.
    quiet = number if number <= logging.DEBUG else max(number, logging.WARNING)
    for name in ("uvicorn.error", "websockets"):
        logging.getLogger(name).setLevel(quiet)
    access = logging.getLogger("uvicorn.access")
    access.setLevel(logging.INFO if access_log else logging.CRITICAL)
