"""How log lines look, and what may stand in them."""

from __future__ import annotations

import logging
import re
from typing import Final

SESSION_COOKIE: Final = re.compile(r"(solara-session-id=[^;\s]{8})[^;\s]+")
KERNEL_PATH: Final = re.compile(r"(/_sundog/kernel/[^/?\s]{8})[^/?\s]+")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class LineFormatter(logging.Formatter):
    """Writes records so that what a client sends can't forge lines or steer a terminal.

    Line ends are kept: Sundog's own messages have several lines where they hold a traceback, and
    what comes from clients is logged by its repr.
    """

    def __init__(self, worker: int | None = None) -> None:
        where = "" if worker is None else f"worker {worker}: "
        super().__init__(f"%(asctime)s %(levelname)-7s {where}%(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """Return a record's lines, without control characters, whole kernel ids and cookies."""
        return clean(super().format(record))


def clean(text: str) -> str:
    """Return a text without control characters but line ends and tabs, secrets in it shortened."""
    text = SESSION_COOKIE.sub(r"\1", KERNEL_PATH.sub(r"\1", text))
    return _CONTROLS.sub(lambda match: ascii(match[0])[1:-1], text)


def configure_logging(
    level: str, *, access_log: bool, formatter: logging.Formatter | None = None
) -> None:
    """Have all loggers write to standard error, from a level on."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter or LineFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    number = logging.getLevelNamesMapping()[level.upper()]
    logging.getLogger("sundog").setLevel(number)
    # What uvicorn tells at "info" of every socket is detail here.
    quiet = number if number <= logging.DEBUG else max(number, logging.WARNING)
    logging.getLogger("uvicorn.error").setLevel(quiet)
    access = logging.getLogger("uvicorn.access")
    access.setLevel(logging.INFO if access_log else logging.CRITICAL)
