"""`session`: the values of the browser whose page is running here."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sundog.ids import SessionId
from sundog.kernel.current import require_kernel
from sundog.store.backend import Limits
from sundog.store.memory import MemoryBackend
from sundog.store.session import Session
from sundog.store.store_key import Store, StoreKey

if TYPE_CHECKING:
    from sundog.kernel.kernel import VirtualKernel

MAX_ID_BYTES: Final = 256


class ProcessStore:
    """The store of this process: the server's while one runs, else its own, in memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # The lock guards the store.
        self._store = self._own = memory_store()

    def get(self) -> Store:
        """Return the store to use now."""
        return self._store

    def use(self, store: Store) -> Callable[[], None]:
        """Use a store from now on; returns what ends that."""
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
    """Let a kernel that no browser has keep its values for itself."""
    kernel.local(ProcessStore, memory_store)


# Apps import `session` before any server object exists that could hold it.
process_store = ProcessStore()


def _here() -> StoreKey:
    kernel = require_kernel()
    return StoreKey(kernel.local(ProcessStore, process_store.get), kernel.session_id)


session: Final = Session(_here)


def session_for(session_id: str) -> Session:
    """Return the values of a session by its id, for code that runs in no kernel.

    The id is what `get_session_id` returned, or any name that the app gives to somebody.
    """
    if not 0 < len(session_id.encode()) <= MAX_ID_BYTES:
        raise ValueError(f"a session's id is 1 to {MAX_ID_BYTES} bytes long")
    return Session(lambda: StoreKey(process_store.get(), SessionId(session_id)))
