"""Errors as nbformat ``error`` items, as an Output shows them."""

from __future__ import annotations

import traceback
from typing import Any

from sundog.kernel import ErrorRate
from sundog.kernel import errors as reports
from sundog.scope import Kernel

# Frames between an app's cell and its magics, besides those that the kernel's reports leave out.
PLUMBING = ("/IPython/", "/matplotlib_inline/", "/decorator.py")

_RED = "\x1b[31m"
_CYAN = "\x1b[36m"
_BOLD = "\x1b[1m"
_RESET = "\x1b[0m"


def told_traceback(error: BaseException) -> traceback.TracebackException:
    """Return an error's traceback with the app's own frames only."""
    told = reports.app_frames(error)
    _fold(told, set())
    return told


def _fold(told: traceback.TracebackException, done: set[int]) -> None:
    if id(told) in done:
        return
    done.add(id(told))
    own = [f for f in told.stack if not any(p in f.filename.replace("\\", "/") for p in PLUMBING)]
    if own:
        told.stack = traceback.StackSummary.from_list(own)
    for linked in (told.__cause__, told.__context__, *(told.exceptions or ())):
        if linked is not None:
            _fold(linked, done)


def error_item(error: BaseException, kernel: Kernel, where: str) -> dict[str, Any]:
    """Return the item for an error. In production, it contains only the error's id in the log."""
    rate = kernel.local(ErrorRate, ErrorRate)
    told = reports.report(error, where, kernel.log_id, kernel.development, rate)
    if not kernel.development:
        text = f"{told['title']} (error {told['id'] or 'not logged: too many'})"
        return {"output_type": "error", "ename": "Error", "evalue": text, "traceback": [text]}
    kernel.on_error(error)
    return {
        "output_type": "error",
        "ename": type(error).__name__,
        "evalue": reports.bounded(str(error)),
        "traceback": [reports.bounded(line) for line in _coloured(told_traceback(error))],
    }


def _coloured(told: traceback.TracebackException) -> list[str]:
    lines = []
    for chunk in told.format():
        text = chunk.rstrip("\n")
        if text.startswith("  File "):
            head, newline, rest = text.partition("\n")
            text = f"{_CYAN}{head}{_RESET}{newline}{rest}"
        elif text and not text[0].isspace() and not _is_heading(text):
            text = f"{_RED}{_BOLD}{text}{_RESET}"
        lines.append(text)
    return lines


def _is_heading(text: str) -> bool:
    return text.startswith(("Traceback ", "During handling", "The above exception"))
