"""Formats errors of the app for a terminal: with colours and source, without our frames."""

from __future__ import annotations

import io
import linecache
import logging
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from sundog.errors import AppExecutionError
from sundog.kernel import bounded, is_installed, is_plumbing, is_syntax_error, type_name
from sundog.logs import LineFormatter, clean, indented

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

LINES_AROUND: Final = 3
MAX_FRAMES: Final = 30
_CAUSE: Final = "The above exception was the direct cause of this one:"
_CONTEXT: Final = "While the above exception was handled, this one happened:"


def is_wanted(stream: TextIO | None, environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether a stream is a terminal, or is treated as one (``FORCE_COLOR``)."""
    if environ.get("FORCE_COLOR"):
        return True
    return stream is not None and stream.isatty() and environ.get("TERM") != "dumb"


def formatter_for(development: bool, worker: int | None = None) -> logging.Formatter:
    """Return the formatter of the log: for a terminal in development, plain lines otherwise."""
    if development and is_wanted(sys.stderr):
        return TerminalFormatter(worker)
    return LineFormatter(worker)


class TerminalFormatter(LineFormatter):
    """Formats records for app developers: errors of the app are shown with their source."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record's lines."""
        told = getattr(record, "told", None)
        whole = self.cleaned(record)
        if not isinstance(told, traceback.TracebackException):
            return indented(whole)
        heading, _, rest = whole.partition("\n")
        # The text besides the traceback, which is drawn instead.
        plain = clean(bounded("".join(told.format()).rstrip()))
        more = rest.replace(plain, "").strip("\n")
        return "\n".join(filter(None, (draw(told, heading), more)))


def terminal_traceback(error: AppExecutionError) -> str:
    """Return the traceback of an app's error, with colors if this process's terminal has them."""
    if error.__cause__ is None or not is_wanted(sys.stderr):
        # Without its cause it was raised in another process, which made the text.
        return error.traceback
    from sundog.hooks.core.tracebacks import told_traceback

    return draw(told_traceback(error.__cause__))


def draw(told: traceback.TracebackException, heading: str = "") -> str:
    """Return a traceback as lines for a terminal, in colours unless ``NO_COLOR`` is set."""
    # Imported here, because most servers never show an error.
    from rich.console import Console
    from rich.text import Text

    drawn = io.StringIO()
    # Otherwise rich would detect a notebook's shell in a kernel's thread.
    console = Console(file=drawn, force_terminal=True, force_jupyter=False, highlight=False)
    if heading:
        text = Text(heading)
        text.highlight_words(["ERROR"], "bold red")
        console.print(text, soft_wrap=True)
    _draw(told, console, set())
    return drawn.getvalue()


def _draw(told: traceback.TracebackException, console: Console, done: set[int]) -> None:
    from rich.text import Text

    if id(told) in done:
        return
    done.add(id(told))
    before, words = told.__cause__, _CAUSE
    if before is None and not told.__suppress_context__:
        before, words = told.__context__, _CONTEXT
    if before is not None:
        _draw(before, console, done)
        console.print(Text(f"\n{words}\n", style="italic"))
    for part in _parts(told):
        console.print(part, soft_wrap=True)
    for error in told.exceptions or ():
        console.print(Text("\nOne of them:", style="italic"))
        _draw(error, console, done)


def _parts(told: traceback.TracebackException) -> Iterator[Text]:
    """Yield the frames, the position of a syntax error, and the error's message."""
    from rich.text import Text

    is_syntax = is_syntax_error(told)
    own = [frame for frame in told.stack if not is_plumbing(frame.filename)]
    # Frames that only compile the file are left out.
    frames = own or ([] if is_syntax else list(told.stack))
    if len(frames) > MAX_FRAMES:
        left_out = len(frames) - MAX_FRAMES
        yield Text(f"  … {left_out} more frames", style="dim")
        frames = frames[-MAX_FRAMES:]
    inner = max(
        (at for at, frame in enumerate(frames) if not is_installed(frame.filename)), default=-1
    )
    for at, frame in enumerate(frames):
        is_it = at == inner and not is_syntax
        yield _place(frame.filename, frame.lineno, frame.name, dim=is_installed(frame.filename))
        if not is_installed(frame.filename) and frame.lineno is not None:
            columns = _columns(frame)
            yield _source(frame.filename, frame.lineno, columns, LINES_AROUND if is_it else 0)
    if is_syntax and told.filename and told.lineno:
        yield _place(told.filename, int(told.lineno))
        start = (told.offset or 1) - 1
        end = told.end_offset - 1 if told.end_offset and told.end_offset > 0 else start + 1
        one_line = told.end_lineno in (None, told.lineno)
        columns = (start, max(end, start + 1)) if one_line else (start, None)
        yield _source(told.filename, int(told.lineno), columns, LINES_AROUND)
    yield _words(told, is_syntax)


def _place(file: str, line: int | None, name: str | None = None, *, dim: bool = False) -> Text:
    from rich.text import Text

    path = Path(clean(file))
    folder = "" if str(path.parent) == "." else f"{path.parent}{os.sep}"
    text = Text.assemble(
        "  ",
        (folder, "cyan" if not dim else ""),
        (path.name, "bold cyan" if not dim else ""),
        (f":{line}", "cyan" if not dim else ""),
    )
    if name and name != "<module>":
        text.append_text(Text.assemble(" in ", (clean(name), "green" if not dim else "")))
    if dim:
        text.stylize("dim")
    return text


def _columns(frame: traceback.FrameSummary) -> tuple[int, int | None] | None:
    """Return the range of characters of a frame in its line, if Python knows it."""
    start, end = getattr(frame, "colno", None), getattr(frame, "end_colno", None)
    if start is None or end is None or frame.lineno is None:
        return None
    # Python counts bytes, not characters.
    line = linecache.getline(frame.filename, frame.lineno).encode()
    first = len(line[:start].decode(errors="replace"))
    if getattr(frame, "end_lineno", frame.lineno) != frame.lineno:
        return first, None
    return first, len(line[:end].decode(errors="replace"))


def _source(file: str, line: int, columns: tuple[int, int | None] | None, around: int) -> Text:
    """Return a line of a file and the lines around it."""
    from rich.syntax import Syntax
    from rich.text import Text

    # Python's cache may contain an earlier version.
    linecache.checkcache(file)
    numbers = range(max(1, line - around), line + around + 1)
    found = [(number, linecache.getline(file, number)) for number in numbers]
    lines = [(number, clean(text.rstrip("\n"))) for number, text in found if text]
    if not lines:
        return Text("    (source not available)", style="dim")
    code = "\n".join(text for _, text in lines)
    # rich's lexer and colours for terminals, without a background.
    coloured = Syntax(code, "python", theme="ansi_dark", background_color="default").highlight(code)
    width = len(str(lines[-1][0]))
    drawn = Text()
    for (number, text), row in zip(lines, coloured.split("\n", allow_blank=True), strict=False):
        is_it = number == line
        row = row[: len(text)]
        if is_it and columns is not None:
            start, end = columns
            row.stylize("underline", start, len(text) if end is None else end)
        mark = (">", "bold red") if is_it else " "
        count = (f"{number:>{width}}", "bold" if is_it else "dim")
        drawn.append_text(Text.assemble("    ", mark, " ", count, "  ", row, "\n"))
    drawn.rstrip()
    return drawn


def _words(told: traceback.TracebackException, is_syntax: bool) -> Text:
    from rich.text import Text

    if is_syntax:
        kind = type_name(told)
        lines = [f"{kind}: {told.msg}", *(getattr(told, "__notes__", None) or ())]
    else:
        lines = [line.rstrip("\n") for line in told.format_exception_only()]
    whole = indented(clean(bounded("\n".join(lines))))
    kind, colon, rest = whole.partition(":")
    if "\n" in kind:
        return Text(whole, style="bold red")
    return Text.assemble((kind, "bold red"), colon, rest)
