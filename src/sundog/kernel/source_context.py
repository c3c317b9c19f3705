"""The position of an error: the line in the app's source, and the lines around it."""

from __future__ import annotations

import linecache
import re
import sysconfig
import traceback
from typing import Any, Final

LINES_AROUND: Final = 3
MAX_LINE_LENGTH: Final = 500

# Added to a notebook's file name, to distinguish its cells.
_CELL: Final = re.compile(r" \[cell \d+\]$")


def source_context(told: traceback.TracebackException) -> dict[str, Any] | None:
    """Return the best position to look for an error, or None if no source is known.

    ``file`` is its name for people and ``path`` the file on disk; ``line`` counts from 1, in a
    notebook (`in_cell`) within the cell; ``lines`` are pairs of a number and a text.
    """
    place = _place(told)
    if place is None:
        return None
    file, line = place
    # Python's cache may contain an earlier version.
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
    """Return the innermost position in the app's own code, or else the innermost of all."""
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
    """Return whether a traceback is of a parser's error: only those have a message."""
    return hasattr(told, "msg")


def type_name(told: traceback.TracebackException) -> str:
    """Return the name of a traceback's error, without its module."""
    # `exc_type` is deprecated since Python 3.13, which has its replacement.
    qualified = getattr(told, "exc_type_str", None)
    if qualified is None:
        return "" if told.exc_type is None else told.exc_type.__name__
    return str(qualified).rpartition(".")[2]


def is_installed(filename: str) -> bool:
    """Return whether a file belongs to a package or to Python, and not to the app's project."""
    return "site-packages" in filename or filename.startswith(sysconfig.get_path("stdlib"))
