"""Stops output of other threads for a short time, so that a full state can be taken."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# No thread is held back for longer, however long taking the state takes.
LONGEST_SECONDS: Final = 0.25


class OutputBarrier:
    """Holds back all threads that show output, except the one that requested it."""

    def __init__(self) -> None:
        self._over: threading.Event | None = None
        self._owner = 0

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Hold the others back. Only for the kernel's logical thread, so never twice at once."""
        over = threading.Event()
        self._owner, self._over = threading.get_ident(), over
        try:
            yield
        finally:
            self._over = None
            over.set()

    @property
    def is_kept(self) -> bool:
        """Return when output may be shown. Called without locks, before showing it."""
        return self._over is not None

    def wait(self) -> None:
        """Return when something new may be shown. Called without locks, before it is shown."""
        over = self._over
        if over is not None and threading.get_ident() != self._owner:
            over.wait(LONGEST_SECONDS)
