"""``print`` goes to the output area that catches it, or else to the log with its kernel's id.

Upstream reason: a process has one ``sys.stdout`` and ``sys.stderr``, and so has
`contextlib.redirect_stdout`, which assigns to them. The context variable says which area prints
belong to, so threads and coroutines each write to their own.

Outside of kernels, the original streams get everything unchanged.
"""

from __future__ import annotations

import contextlib
import functools
import io
import re
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TextIO

from sundog.output import enter, leave, route
from sundog.scope import Kernel, current_scope, stop_if_ended

if TYPE_CHECKING:
    pass

# How many characters of an unfinished line are held back.
MAX_PARTIAL_LINE = 8192
# How many characters of a stream a kernel may write to the log per second, in production.
MAX_PER_SECOND = 64 << 10

# Colours are kept, but no other control sequences of terminals.
_UNSAFE = re.compile(
    r"\x1b(?!\[[0-9;]*m)|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u2028\u2029]"
)
_COLOUR = "\x1b["
_RESET = "\x1b[0m"


class LogLines:
    """One kernel's prints on their way to the terminal, line by line.

    Args:
        original: The stream that the lines are written to.
        log_id: The kernel's name in the log.
        per_second: How many characters are written per second. Further ones are counted and
            omitted. None for no limit.
        now: Returns the time in seconds.
    """

    def __init__(
        self,
        original: TextIO,
        log_id: str,
        per_second: int | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._original = original
        self._prefix = f"[{log_id}] "
        self._per_second = per_second
        self._now = now
        self._lock = threading.Lock()
        # The lock guards the attributes below: first, the unfinished line.
        self._partial: list[str] = []
        self._partial_size = 0
        # The current second, what was written in it, and the omitted lines.
        self._second = 0
        self._written = 0
        self._left_out = 0

    def write(self, text: str) -> None:
        """Add text; write every line that it completes."""
        with self._lock:
            self._partial.append(text)
            self._partial_size += len(text)
            if "\n" not in text and self._partial_size <= MAX_PARTIAL_LINE:
                return
            *lines, rest = "".join(self._partial).split("\n")
            if len(rest) > MAX_PARTIAL_LINE:
                lines.append(rest)
                rest = ""
            self._partial = [rest]
            self._partial_size = len(rest)
            lines = self._limited(lines)
        self._write(lines)

    def close(self) -> None:
        """Write the rest."""
        with self._lock:
            rest = "".join(self._partial)
            self._partial = []
            lines = [*self._left_out_note(), *([rest] if rest else ())]
        if lines:
            self._write(lines)

    def _limited(self, lines: list[str]) -> list[str]:
        """Return the part of some lines that may be written, with notes. Called under the lock."""
        limit = self._per_second
        if limit is None:
            return lines
        taken: list[str] = []
        second = int(self._now())
        if second != self._second:
            self._second, self._written = second, 0
            taken += self._left_out_note()
        for line in lines:
            if self._written < limit:
                self._written += len(line) + len(self._prefix) + 1
                taken.append(line)
            else:
                if not self._left_out:
                    taken.append(f"… printed more than {limit:,} characters in a second")
                self._left_out += 1
        return taken

    def _left_out_note(self) -> list[str]:
        count, self._left_out = self._left_out, 0
        return [f"… {count:,} lines were left out of the log"] if count else []

    def _write(self, lines: list[str]) -> None:
        self._original.write("".join(f"{self._prefix}{_clean(line)}\n" for line in lines))
        self._original.flush()


def _clean(line: str) -> str:
    """Return a line for a terminal: it can't forge other lines or move the cursor."""
    # A progress bar overwrites itself; only its last state is kept.
    line = line.rstrip("\r").rpartition("\r")[2]
    line = _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", line)
    return line + _RESET if _COLOUR in line else line


class StreamRouter(io.TextIOBase):
    """Replaces ``sys.stdout`` or ``sys.stderr``."""

    def __init__(self, original: TextIO, name: str) -> None:
        self._original = original
        self._stream = name

    def write(self, text: str, /) -> int:
        """Write to the destination of the running code's prints."""
        scope = current_scope()
        if scope is None:
            return self._original.write(text)
        stop_if_ended()
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            if scope.area is not None:
                scope.area.append({"output_type": "stream", "name": self._stream, "text": text})
            else:
                self._log_lines(scope.kernel).write(text)
        return len(text)

    def _log_lines(self, kernel: Kernel) -> LogLines:
        def make() -> LogLines:
            limit = None if kernel.development else MAX_PER_SECOND
            lines = LogLines(self._original, kernel.log_id, limit)
            kernel.on_close(lines.close)
            return lines

        return kernel.local((LogLines, self._stream), make)

    def flush(self) -> None:
        """Send the unfinished line, if the area holds anything back."""
        scope = current_scope()
        if scope is None:
            self._original.flush()
        else:
            flush = getattr(scope.area, "flush", None)
            if flush is not None:
                flush()

    def isatty(self) -> bool:
        """Return whether the stream is a terminal, which it never is in a kernel."""
        return current_scope() is None and self._original.isatty()

    def fileno(self) -> int:
        """Return the original stream's descriptor."""
        return self._original.fileno()

    def writable(self) -> bool:
        """Return whether it can be written to: always."""
        return True

    def close(self) -> None:
        """Do nothing, because all kernels share the stream."""

    @property
    def buffer(self) -> Any:
        """The underlying binary stream; in a kernel, one whose bytes are routed as text."""
        return self._original.buffer if current_scope() is None else RoutedBytes(self)

    # The base class has its own attributes for these, so they must be defined.
    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The original stream's encoding."""
        return self._original.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        """The error handler of the original stream."""
        return self._original.errors

    @property
    def newlines(self) -> Any:  # type: ignore[override]
        """The same as the original stream's."""
        return self._original.newlines

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)


class RoutedBytes(io.RawIOBase):
    """Routes bytes as text."""

    def __init__(self, router: StreamRouter) -> None:
        self._router = router

    def write(self, data: Any, /) -> int:
        """Write bytes in the stream's encoding."""
        raw = bytes(data)
        self._router.write(raw.decode(self._router.encoding, "replace"))
        return len(raw)

    def writable(self) -> bool:
        """Return whether it can be written to: always."""
        return True


class Redirected:
    """The area of a `contextlib.redirect_stdout` block: one stream to a file."""

    __slots__ = ("_name", "_target")

    def __init__(self, name: str, target: Any) -> None:
        self._name = name
        self._target = target

    def append(self, item: dict[str, Any]) -> None:
        """Add an item."""
        if item["output_type"] != "stream" or item["name"] != self._name:
            route(item)
        elif self._target is not None:
            self._target.write(item["text"])


def install() -> Callable[[], None]:
    """Replace both streams and the redirection; return a function that restores them."""
    originals = sys.stdout, sys.stderr
    routers = StreamRouter(sys.stdout, "stdout"), StreamRouter(sys.stderr, "stderr")
    sys.stdout, sys.stderr = routers
    uninstall_redirection = _install_redirection()

    def uninstall() -> None:
        uninstall_redirection()
        if sys.stdout is routers[0]:
            sys.stdout = originals[0]
        if sys.stderr is routers[1]:
            sys.stderr = originals[1]

    return uninstall


def _install_redirection() -> Callable[[], None]:
    redirection: Any = contextlib._RedirectStream
    enter_block, exit_block = redirection.__enter__, redirection.__exit__

    @functools.wraps(enter_block)
    def enter_in_kernel(self: Any) -> Any:
        scope = current_scope()
        if scope is None:
            return enter_block(self)
        enter(self, Redirected(self._stream, self._new_target), scope)
        return self._new_target

    @functools.wraps(exit_block)
    def exit_in_kernel(self: Any, *details: Any) -> Any:
        if current_scope() is None:
            return exit_block(self, *details)
        leave(self)
        return None

    redirection.__enter__, redirection.__exit__ = enter_in_kernel, exit_in_kernel

    def uninstall() -> None:
        redirection.__enter__, redirection.__exit__ = enter_block, exit_block

    return uninstall
