"""`session`: the values of the browser whose kernel is running."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sundog.ids import SessionId
from sundog.kernel import require_kernel
from sundog.store.backend import Limits
from sundog.store.memory import MemoryBackend
from sundog.store.session import Session
from sundog.store.store_key import Store, StoreKey

if TYPE_CHECKING:
    from sundog.kernel import VirtualKernel

MAX_ID_BYTES: Final = 256


class ProcessStore:
    """The store of this process: the running server's, or else its own, in memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # The lock guards the store.
        self._store = self._own = memory_store()

    def get(self) -> Store:
        """Return the current store."""
        return self._store

    def use(self, store: Store) -> Callable[[], None]:
        """Use a store from now on; return a function that ends this."""
        with self._lock:
            self._store = store

        def release() -> None:
            with self._lock:
                if self._store is store:
                    self._store = self._own

        return release


def memory_store() -> Store:
    """Return a new store in memory, with the default limits."""
    limits = Limits()
    return Store(MemoryBackend(limits), limits)


def give_own_store(kernel: VirtualKernel) -> None:
    """Give a kernel without a browser its own store."""
    kernel.local(ProcessStore, memory_store)


# Global, because apps import `session` before any server object exists.
process_store = ProcessStore()


def _here() -> StoreKey:
    kernel = require_kernel()
    return StoreKey(kernel.local(ProcessStore, process_store.get), kernel.session_id)


session: Final = Session(_here)


def session_for(session_id: str) -> Session:
    """Return the values of a session by its id, for code outside of any kernel.

    Example::

        session = sundog.session_for(session_id)
        session["export"] = "ready"

    Args:
        session_id: An id from `get_session_id`, or any name that the app chooses.

    Raises:
        ValueError: The id is empty or longer than 256 bytes.
    """
    if not 0 < len(session_id.encode()) <= MAX_ID_BYTES:
        raise ValueError(f"a session id must have 1 to {MAX_ID_BYTES} bytes")
    return Session(lambda: StoreKey(process_store.get(), SessionId(session_id)))
