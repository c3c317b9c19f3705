"""Errors of the app, told to who may know: the log always, the page as much as its mode allows."""

from __future__ import annotations

import logging
import secrets
import traceback
from pathlib import Path
from typing import Any, Final

from sundog.kernel.error_rate import ErrorRate
from sundog.kernel.source_context import is_syntax_error, source_context

logger = logging.getLogger("sundog.app")

# Frames of these are plumbing between the app's own; folded away in what people read.
PLUMBING_DIRECTORIES = tuple(
    f"/{name}/" for name in ("sundog", "ipywidgets", "traitlets", "asyncio", "concurrent")
)
PLUMBING_MODULES = ("threading.py", "contextlib.py")
# How many characters of an error's text are logged or shown.
MAX_TEXT: Final = 64 << 10
# All that a page says of an error in production, beside the error's id.
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
    # How a file that does not parse came to be compiled is no news.
    if own or is_syntax_error(told):
        told.stack = traceback.StackSummary.from_list(own)
    for linked in (told.__cause__, told.__context__, *(told.exceptions or ())):
        if linked is not None:
            _fold(linked, done)


def is_plumbing(filename: str) -> bool:
    """Whether a frame of this file lies between the app's own and says nothing to its author."""
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
    """Log an error under a new error id, and return what a page may be told of it.

    In production that is the id only. `rate` bounds what production logs: an error that is left
    out has no id.
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
    """Log an error: the text says all of it, and the record's `told` lets a terminal draw it."""
    logger.error("%s\n%s", what, bounded("".join(told.format()).rstrip()), extra={"told": told})


def bounded(text: str) -> str:
    """Return a text without its middle if it is too long for a log or a page."""
    if len(text) <= MAX_TEXT:
        return text
    left_out = len(text) - MAX_TEXT
    half = MAX_TEXT // 2
    return f"{text[:half]}\n… {left_out:,} characters are left out …\n{text[-half:]}"


def describe(error: BaseException, where: str) -> dict[str, Any]:
    """Return what a page is told of an error while the app is being developed.

    It has no id, as the log says all of it at the same time.
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
