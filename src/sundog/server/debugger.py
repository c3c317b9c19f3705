"""``--pdb``: the debugger in the terminal, at errors of the app."""

from __future__ import annotations

import pdb
import sys
import threading


class Debugger:
    """Opens `pdb` at errors, in the thread of the error, one after another.

    Only the kernel of the error waits. The process's own streams are used, because those that code
    sees may belong to a kernel.
    """

    def __init__(self) -> None:
        # The lock is held while the terminal is used.
        self._lock = threading.Lock()

    def __call__(self, error: BaseException) -> None:
        """Let the developer debug until they continue."""
        if error.__traceback__ is None or sys.__stdin__ is None:
            return
        with self._lock:
            debugger = pdb.Pdb(stdin=sys.__stdin__, stdout=sys.__stdout__, nosigint=True)
            debugger.message(f"\n{type(error).__name__}: {error}\n(q continues the app)")
            debugger.reset()
            debugger.interaction(None, error.__traceback__)
