"""What apps and libraries want done at the start of every kernel."""

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
    """Callbacks that were registered outside of any kernel, for all kernels that come."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # The lock guards the tuple.
        self._callbacks: tuple[StartCallback, ...] = ()

    def add(self, callback: StartCallback) -> Callable[[], None]:
        """Call back at every start from now on; returns what ends that."""
        with self._lock:
            self._callbacks = (*self._callbacks, callback)

        def remove() -> None:
            with self._lock:
                self._callbacks = tuple(c for c in self._callbacks if c is not callback)

        return remove

    def remove_of(self, module: str) -> tuple[StartCallback, ...]:
        """Remove, and return, the callbacks that a module has defined: it is imported anew."""
        with self._lock:
            removed = tuple(c for c in self._callbacks if _module_of(c) == module)
            self._callbacks = tuple(c for c in self._callbacks if c not in removed)
        return removed

    def run(self, kernel: VirtualKernel) -> None:
        """Run all for a kernel that starts, on its logical thread."""
        for callback in self._callbacks:
            run_now(kernel, callback)


def _module_of(callback: StartCallback) -> object:
    # A partial, or an object with `__call__`, is of the module of what it calls.
    return getattr(getattr(callback, "func", callback), "__module__", None)


# Imports of an app register here before any server object exists that could hold it.
start_callbacks = StartCallbacks()


def run_now(kernel: VirtualKernel, callback: StartCallback) -> None:
    """Run one callback for a kernel, and its clean-up when the kernel ends."""
    clean_up = callback()
    if callable(clean_up):
        kernel.on_close(clean_up)


def on_kernel_start(callback: StartCallback) -> Callable[[], None]:
    """Run a function at the start of kernels; what it returns, if callable, at their end.

    Called while a module is imported, it holds for every kernel from now on. Called inside a kernel
    (in the app itself), the function runs at once, for this kernel. Returns a function that ends
    the registration.
    """
    kernel = current_kernel()
    if kernel is None:
        return start_callbacks.add(callback)
    run_now(kernel, callback)
    return lambda: None
