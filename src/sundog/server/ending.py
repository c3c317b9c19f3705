"""The end of the process."""

from __future__ import annotations

import os
import sys
import threading


def exit_within(seconds: float, status: int) -> None:
    """Have the process end in bounded time, whatever threads of the app still run."""

    def end() -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
