"""The end of the process in bounded time."""

from __future__ import annotations

import os
import sys
import threading
from typing import Final

# The exit status after a second Ctrl-C.
INTERRUPTED: Final = 130


# The maximum part of the stopping time that is kept for the steps after the kernels' end.
_LEFT_SECONDS: Final = 3.0


def divide(total: float) -> tuple[float, float, float]:
    """Divide the seconds for stopping among kernels, sockets, and the process itself."""
    left = min(_LEFT_SECONDS, total / 3)
    return total - left, left / 2, left / 2


def exit_within(seconds: float, status: int) -> None:
    """End the process in bounded time, whatever threads of the app still run."""

    def end() -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
