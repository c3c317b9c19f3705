"""Where an error happened: the line of the app's source, and those around it."""

from __future__ import annotations

import linecache
import re
import sysconfig
import traceback
from typing import Any, Final

LINES_AROUND: Final = 3
MAX_LINE_LENGTH: Final = 500

# What is added to a notebook's file name, to tell its cells apart.
_CELL: Final = re.compile(r" \[cell \d+\]$")


def source_context(told: traceback.TracebackException) -> dict[str, Any] | None:
    """Return the place that an error is best looked for, None where no source is known.

    ``file`` is what people call it and ``path`` the file on disk; ``line`` counts from 1, in a
    notebook (`in_cell`) within the cell; ``lines`` are pairs of a number and a text.
    """
    place = _place(told)
    if place is None:
        return None
    file, line = place
    # What the interpreter has read of it may be of an earlier version.
    linecache.checkcache(file)
    first = max(1, line - LINES_AROUND)
    lines = []
    for number in range(first, line + LINES_AROUND + 1):
        text = linecache.getline(file, number)
        if text:
            lines.append([number, text.rstrip("\n")[:MAX_LINE_LENGTH]])
    path = _CELL.sub("", file)
    return {
        "file": file,
        "path": path,
        "line": line,
        "in_cell": path != file,
        "lines": lines,
    }


def _place(told: traceback.TracebackException) -> tuple[str, int] | None:
    """Return the innermost place in the app's own code; else the innermost of all."""
    if is_syntax_error(told):
        filename, line = getattr(told, "filename", None), getattr(told, "lineno", None)
        if filename and line:
            return str(filename), int(line)
    frames = [frame for frame in told.stack if not frame.filename.startswith("<")]
    own = [frame for frame in frames if not is_installed(frame.filename)]
    for frame in reversed(own or frames):
        if frame.lineno is not None:
            return frame.filename, frame.lineno
    return None


def is_syntax_error(told: traceback.TracebackException) -> bool:
    """Whether a traceback is of an error that the parser reports: only those have a message."""
    return hasattr(told, "msg")


def type_name(told: traceback.TracebackException) -> str:
    """Return the name of a traceback's error, without its module."""
    # `exc_type` is deprecated from Python 3.13 on, where its replacement came.
    qualified = getattr(told, "exc_type_str", None)
    if qualified is None:
        return "" if told.exc_type is None else told.exc_type.__name__
    return str(qualified).rpartition(".")[2]


def is_installed(filename: str) -> bool:
    """Whether a file belongs to a package or to Python, and not to the app's project."""
    return "site-packages" in filename or filename.startswith(sysconfig.get_path("stdlib"))
