"""A kernel keeps its thread once its code has created an object bound to the thread.

Upstream reasons:

- sqlite3 refuses to use a connection in another thread than the one that created it. A kernel's
  work runs on any free thread of the pool.
- Values of a `threading.local` would be lost when the kernel runs on another thread, and the next
  kernel on that thread would find them.

A connection created while a module is imported belongs to all kernels. SQLite serialises its use,
so it is opened without the check if SQLite was compiled for that (`sqlite3.threadsafety`).
"""

from __future__ import annotations

import functools
import sqlite3
import threading
from collections.abc import Callable
from typing import Any, Final

from sundog.hooks.core.replaced import Replaced
from sundog.scope import current_scope

# The position of `check_same_thread` among the arguments of `sqlite3.connect`.
CHECK_POSITION: Final = 4
# From PEP 249: threads may share connections.
SERIALIZED: Final = 3


def install() -> Callable[[], None]:
    """Watch SQLite connections and thread-local values; return what undoes it."""
    replaced = Replaced()
    connect = _watching(sqlite3.connect)
    replaced.set(sqlite3, "connect", connect)
    replaced.set(sqlite3.dbapi2, "connect", connect)
    replaced.set(threading, "local", _watched_local(threading.local))
    return replaced.close


def _keep_thread() -> bool:
    """Keep the running kernel, if there is one, on this thread."""
    scope = current_scope()
    if scope is None:
        return False
    scope.kernel.keep_thread()
    return True


def _watching(connect: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(connect)
    def connect_and_stay(*args: Any, **kwargs: Any) -> Any:
        if len(args) <= CHECK_POSITION and "check_same_thread" not in kwargs:
            in_kernel = _keep_thread()
            if not in_kernel and sqlite3.threadsafety == SERIALIZED:
                kwargs["check_same_thread"] = False
        elif kwargs.get("check_same_thread", True):
            _keep_thread()
        return connect(*args, **kwargs)

    return connect_and_stay


def _watched_local(original: type[Any]) -> type[Any]:
    class Local(original):  # type: ignore[misc]
        __doc__ = original.__doc__

        def __setattr__(self, name: str, value: Any) -> None:
            _keep_thread()
            super().__setattr__(name, value)

    Local.__name__ = original.__name__
    Local.__module__ = original.__module__
    Local.__qualname__ = original.__qualname__
    return Local
