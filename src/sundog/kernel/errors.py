"""Reports errors of the app: always in the log, and in the page as far as the mode allows."""

from __future__ import annotations

import logging
import secrets
import traceback
from pathlib import Path
from typing import Any, Final

from sundog.kernel.error_rate import ErrorRate
from sundog.kernel.source_context import is_syntax_error, source_context

logger = logging.getLogger("sundog.app")

# Frames of these lie between the app's own and are left out for readers.
PLUMBING_DIRECTORIES = tuple(
    f"/{name}/" for name in ("sundog", "ipywidgets", "traitlets", "asyncio", "concurrent")
)
PLUMBING_MODULES = ("threading.py", "contextlib.py")
# How many characters of an error's text are logged or shown.
MAX_TEXT: Final = 64 << 10
# Everything that a page shows of an error in production, besides its id.
PUBLIC_TITLE: Final = "Something went wrong"


def app_frames(error: BaseException) -> traceback.TracebackException:
    """Return an error's traceback without the frames of Sundog and the widget plumbing."""
    told = traceback.TracebackException.from_exception(error)
    _fold(told, set())
    return told


def _fold(told: traceback.TracebackException, done: set[int]) -> None:
    if id(told) in done:
        return
    done.add(id(told))
    own = [frame for frame in told.stack if not is_plumbing(frame.filename)]
    # Frames that only compile the file are left out.
    if own or is_syntax_error(told):
        told.stack = traceback.StackSummary.from_list(own)
    for linked in (told.__cause__, told.__context__, *(told.exceptions or ())):
        if linked is not None:
            _fold(linked, done)


def is_plumbing(filename: str) -> bool:
    """Return whether a frame of this file lies between the app's own without helping its author."""
    if filename.startswith("<frozen"):
        return True
    directory = Path(filename).parent.as_posix() + "/"
    plumbing = any(name in directory for name in PLUMBING_DIRECTORIES)
    return (plumbing or Path(filename).name in PLUMBING_MODULES) and (
        "site-packages" in directory or "/lib/python" in directory or "/src/sundog/" in directory
    )


def report(
    error: BaseException,
    where: str,
    log_id: str,
    development: bool,
    rate: ErrorRate | None = None,
) -> dict[str, Any]:
    """Log an error under a new error id, and return the report for pages.

    In production, the report is the id only. `rate` limits what production logs: an omitted error
    has no id.
    """
    error_id = secrets.token_hex(4)
    if rate is not None and not development:
        left_out = rate.admit()
        if left_out is None:
            return {"id": "", "title": PUBLIC_TITLE}
        if left_out:
            logger.error("[%s] %s more errors were left out of the log", log_id, f"{left_out:,}")
    told = app_frames(error)
    log(f"[{log_id}] error {error_id} in {where}", told)
    if not development:
        return {"id": error_id, "title": PUBLIC_TITLE}
    return _description(error, told, where, error_id)


def log(what: str, told: traceback.TracebackException) -> None:
    """Log an error completely; the record's `told` lets a terminal format it."""
    logger.error("%s\n%s", what, bounded("".join(told.format()).rstrip()), extra={"told": told})


def bounded(text: str) -> str:
    """Return a text without its middle if it is too long for a log or a page."""
    if len(text) <= MAX_TEXT:
        return text
    left_out = len(text) - MAX_TEXT
    half = MAX_TEXT // 2
    return f"{text[:half]}\n… {left_out:,} characters are left out …\n{text[-half:]}"


def describe(error: BaseException, where: str) -> dict[str, Any]:
    """Return the report of an error for pages in development.

    It has no id, because the log has all of it at the same time.
    """
    return _description(error, app_frames(error), where, "")


def _description(
    error: BaseException, told: traceback.TracebackException, where: str, error_id: str
) -> dict[str, Any]:
    found = {
        "id": error_id,
        "title": f"{type(error).__name__} in {where}",
        "text": bounded(_text(error)),
        "traceback": bounded("".join(told.format())),
    }
    source = source_context(told)
    return found if source is None else {**found, "source": source}


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - the app's own method; a report must not fail over it
        return "(its own description failed)"
