"""Callbacks that apps and libraries register for the start of kernels."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from sundog.kernel.current import current_kernel

if TYPE_CHECKING:
    from sundog.kernel.kernel import VirtualKernel

CleanUp = Callable[[], object]
StartCallback = Callable[[], CleanUp | None]


class StartCallbacks:
    """Callbacks for all future kernels, registered outside of any kernel."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # The lock guards the tuple.
        self._callbacks: tuple[StartCallback, ...] = ()

    def add(self, callback: StartCallback) -> Callable[[], None]:
        """Register a callback for every start; return a function that unregisters it."""
        with self._lock:
            self._callbacks = (*self._callbacks, callback)

        def remove() -> None:
            with self._lock:
                self._callbacks = tuple(c for c in self._callbacks if c is not callback)

        return remove

    def remove_of(self, module: str) -> tuple[StartCallback, ...]:
        """Remove and return the callbacks defined in a module, which is imported again."""
        with self._lock:
            removed = tuple(c for c in self._callbacks if _module_of(c) == module)
            self._callbacks = tuple(c for c in self._callbacks if c not in removed)
        return removed

    def run(self, kernel: VirtualKernel) -> None:
        """Run all callbacks for a starting kernel, on its logical thread."""
        for callback in self._callbacks:
            run_now(kernel, callback)


def _module_of(callback: StartCallback) -> object:
    # A partial belongs to the module of the function it calls.
    return getattr(getattr(callback, "func", callback), "__module__", None)


# Global, because imports of an app register here before any server object exists.
start_callbacks = StartCallbacks()


def run_now(kernel: VirtualKernel, callback: StartCallback) -> None:
    """Run one callback for a kernel, and its clean-up when the kernel ends."""
    clean_up = callback()
    if callable(clean_up):
        kernel.on_close(clean_up)


def on_kernel_start(callback: StartCallback) -> Callable[[], None]:
    """Run a function when a kernel starts, and the function that it returns when the kernel ends.

    While a module is imported, this registers the callback for every future kernel. Inside a kernel
    (in the app itself), the callback runs at once, for this kernel only.

    Example::

        def connect():
            connection = database.connect()
            return connection.close  # runs when the page is closed

        sundog.on_kernel_start(connect)

    Args:
        callback: A function without arguments. If it returns a callable, that runs when the kernel
            ends.

    Returns:
        A function that removes the registration.
    """
    kernel = current_kernel()
    if kernel is None:
        return start_callbacks.add(callback)
    run_now(kernel, callback)
    return lambda: None
