"""`session`: the values of the browser whose kernel is running."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sundog.ids import SessionId
from sundog.kernel import current_kernel, require_kernel
from sundog.store.backend import Limits
from sundog.store.memory import MemoryBackend
from sundog.store.session import Session
from sundog.store.store_key import Store, StoreKey

if TYPE_CHECKING:
    from sundog.kernel import VirtualKernel

MAX_ID_BYTES: Final = 256


class ProcessStore:
    """The store for code outside of kernels: that of the server that started last.

    Without a server, it is a store in memory.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # The lock guards changes of the stores, in the order of their servers' starts.
        self._stores: tuple[Store, ...] = (memory_store(),)

    def get(self) -> Store:
        """Return the current store."""
        return self._stores[-1]

    def use(self, store: Store) -> Callable[[], None]:
        """Use a store from now on; return a function that ends this."""
        with self._lock:
            self._stores = (*self._stores, store)

        def release() -> None:
            with self._lock:
                self._stores = tuple(each for each in self._stores if each is not store)

        return release


def memory_store() -> Store:
    """Return a new store in memory, with the default limits."""
    limits = Limits()
    return Store(MemoryBackend(limits), limits)


def give_store(kernel: VirtualKernel, store: Store) -> None:
    """Give a new kernel the store of its server."""
    kernel.local(give_store, lambda: store)


def give_own_store(kernel: VirtualKernel) -> None:
    """Give a kernel without a browser its own store for its session."""
    kernel.local(give_own_store, memory_store)


# Global, because apps import `session` before any server object exists.
process_store = ProcessStore()


def _server_store(kernel: VirtualKernel | None) -> Store:
    return process_store.get() if kernel is None else kernel.local(give_store, process_store.get)


def _here() -> StoreKey:
    kernel = require_kernel()
    store = kernel.local(give_own_store, lambda: _server_store(kernel))
    return StoreKey(store, kernel.session_id)


session: Final = Session(_here)


def session_for(session_id: str) -> Session:
    """Return the values of a session by its id, for code outside of any kernel.

    If a process serves several apps with stores of their own, code outside of kernels uses the
    store of the app that started last.

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
    return Session(lambda: StoreKey(_server_store(current_kernel()), SessionId(session_id)))
