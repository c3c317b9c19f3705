"""How log lines look, and what may stand in them."""

from __future__ import annotations

import logging
import re
import sys
from typing import Final

from sundog.scope import current_scope

SESSION_COOKIE: Final = re.compile(r"(solara-session-id=[^;\s]{8})[^;\s]+")
KERNEL_PATH: Final = re.compile(r"(/_sundog/kernel/[^/?\s]{8})[^/?\s]+")
# The loggers of what serves: their records may hold what clients send.
SERVER_LOGGERS: Final = ("sundog", "uvicorn", "websockets")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class LineFormatter(logging.Formatter):
    """Writes records so that what clients and apps say can't forge lines or control a terminal.

    A record may have several lines, as where it holds a traceback. All but the first are indented:
    whatever stands in an error's text, only a record begins at the start of a line.
    """

    def __init__(self, worker: int | None = None) -> None:
        where = "" if worker is None else f"worker {worker}: "
        super().__init__(f"%(asctime)s %(levelname)-7s {where}%(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """Return a record's lines, without control characters, whole kernel ids and cookies."""
        return indented(self.cleaned(record))

    def cleaned(self, record: logging.LogRecord) -> str:
        """Return the same without the indentation."""
        return clean(super().format(record))


def indented(text: str) -> str:
    """Return a text with all lines but the first indented."""
    return text.replace("\n", "\n  ")


def clean(text: str) -> str:
    """Return a text without control characters but line ends and tabs, secrets in it shortened."""
    text = SESSION_COOKIE.sub(r"\1", KERNEL_PATH.sub(r"\1", text))
    return _CONTROLS.sub(lambda match: ascii(match[0])[1:-1], text)


class LastResort(logging.Handler):
    """Writes what no other handler gets: warnings and worse of the libraries that apps use.

    In a kernel it writes where Python itself writes such records: to ``sys.stderr``, which is the
    output of the code that runs. Elsewhere it writes lines of the server's log.
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
    """Have the server write its log to standard error, from a level on.

    The root logger is left to the app, so that `logging.basicConfig` works as usual: only the
    loggers of the server have a handler, and they pass nothing on to the root logger.
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
    # What uvicorn and websockets log at "info" about each socket is detail here.
    quiet = number if number <= logging.DEBUG else max(number, logging.WARNING)
    for name in ("uvicorn.error", "websockets"):
        logging.getLogger(name).setLevel(quiet)
    access = logging.getLogger("uvicorn.access")
    access.setLevel(logging.INFO if access_log else logging.CRITICAL)
