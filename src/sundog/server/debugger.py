"""``--pdb``: the debugger in the terminal, where an error of the app has happened."""

from __future__ import annotations

import pdb
import sys
import threading


class Debugger:
    """Opens `pdb` at errors, in the thread in which they have happened, one after another.

    Only the kernel whose error it is waits meanwhile. The process's own streams are used, because
    those that code finds may belong to a kernel.
    """

    def __init__(self) -> None:
        # The lock is held by who has the terminal.
        self._lock = threading.Lock()

    def __call__(self, error: BaseException) -> None:
        """Let the developer look around, until he continues."""
        if error.__traceback__ is None or sys.__stdin__ is None:
            return
        with self._lock:
            debugger = pdb.Pdb(stdin=sys.__stdin__, stdout=sys.__stdout__, nosigint=True)
            debugger.message(f"\n{type(error).__name__}: {error}\n(q continues the app)")
            debugger.reset()
            debugger.interaction(None, error.__traceback__)
