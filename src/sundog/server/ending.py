"""The end of the process."""

from __future__ import annotations

import os
import sys
import threading
from typing import Final

# The status of a process that a second Ctrl-C has ended.
INTERRUPTED: Final = 130


def exit_within(seconds: float, status: int) -> None:
    """Have the process end in bounded time, whatever threads of the app still run."""

    def end() -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
