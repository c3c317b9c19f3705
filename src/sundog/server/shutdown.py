"""The end of the process."""

from __future__ import annotations

import os
import sys
import threading
from typing import Final

# The status of a process that a second Ctrl-C has ended.
INTERRUPTED: Final = 130


# Of the time that stopping may take, the most that is kept for what follows the kernels' end.
_LEFT_SECONDS: Final = 3.0


def divide(total: float) -> tuple[float, float, float]:
    """Divide the seconds that stopping may take: among kernels, sockets, and the process itself."""
    left = min(_LEFT_SECONDS, total / 3)
    return total - left, left / 2, left / 2


def exit_within(seconds: float, status: int) -> None:
    """Have the process end in bounded time, whatever threads of the app still run."""

    def end() -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
