"""The file in which a worker's interpreter writes its threads' stacks when it crashes or hangs.

`faulthandler` writes without the interpreter's lock and memory, into a file that the supervisor
reads when the worker has ended.
"""

from __future__ import annotations

import faulthandler
import os
import re
import signal
import tempfile
from collections.abc import Callable, Mapping
from multiprocessing import reduction
from typing import IO, Any, Final

MOST_BYTES: Final = 64 << 10

# This signal makes a process write its stacks. Programs use SIGUSR1 and SIGUSR2 themselves.
STACKS_SIGNAL: Final = getattr(signal, "SIGRTMAX", None) or getattr(signal, "SIGUSR2", None)

_THREAD: Final = re.compile(r"^(?:Current thread|Thread) 0x([0-9a-f]+)(?= )", re.MULTILINE)


class CrashReport:
    """A file without a name, which a worker inherits."""

    def __init__(self, file: IO[bytes] | None = None) -> None:
        self._file = file or tempfile.TemporaryFile("a+b", buffering=0)  # noqa: SIM115

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return _inherit, (reduction.DupFd(self._file.fileno()),)

    def install(self) -> None:
        """Let this process write its stacks when it crashes, and when it receives the signal."""
        faulthandler.enable(self._file)
        if STACKS_SIGNAL is not None:
            faulthandler.register(STACKS_SIGNAL, self._file)

    def read(self) -> str:
        """Return what was written so far, up to 64 KiB."""
        return os.pread(self._file.fileno(), MOST_BYTES, 0).decode(errors="replace").strip()

    def clear(self) -> None:
        """Clear the file."""
        self._file.truncate(0)


def _inherit(descriptor: Any) -> CrashReport:
    return CrashReport(os.fdopen(descriptor.detach(), "a+b", buffering=0))


def name_kernels(stacks: str, kernels: Mapping[int, str]) -> str:
    """Return stacks with the kernel named that each thread ran.

    >>> name_kernels("Thread 0x1f (most recent call first):", {31: "wZ3xq0aB"})
    'Thread 0x1f, kernel wZ3xq0aB (most recent call first):'
    """

    def named(match: re.Match[str]) -> str:
        kernel = kernels.get(int(match[1], 16))
        return match[0] if kernel is None else f"{match[0]}, kernel {kernel}"

    return _THREAD.sub(named, stacks)
