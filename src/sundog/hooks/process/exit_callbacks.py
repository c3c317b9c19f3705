"""Functions that a kernel's code registers with `atexit` are called when its kernel ends.

Upstream reason: in Jupyter, a kernel is a process. Here, the process outlives the kernel, so an
app's clean-up would be called late, all at once, and would keep every kernel's memory until then.
"""

from __future__ import annotations

import atexit
import functools
import logging
import weakref
from collections.abc import Callable
from typing import Any, TypeVar, cast

from sundog.hooks.core.owned import owned, running_kernel
from sundog.hooks.core.replaced import Replaced

logger = logging.getLogger(__name__)
F = TypeVar("F", bound=Callable[..., Any])


class ExitCallbacks:
    """One kernel's registered functions, in order."""

    def __init__(self) -> None:
        self.callbacks: list[Callable[[], object]] = []
        self.functions: list[Callable[..., object]] = []

    def add(self, function: Callable[..., object], args: Any, kwargs: Any) -> None:
        """Call a function at the end."""
        self.functions.append(function)
        self.callbacks.append(functools.partial(function, *args, **kwargs))

    def remove(self, function: Callable[..., object]) -> None:
        """Remove a function, however often it was added."""
        kept = [number for number, each in enumerate(self.functions) if each != function]
        self.callbacks = [self.callbacks[number] for number in kept]
        self.functions = [self.functions[number] for number in kept]

    def end(self) -> None:
        """Call the functions, the last first. An error does not prevent the others."""
        while self.callbacks:
            self.functions.pop()
            callback = self.callbacks.pop()
            try:
                callback()
            except BaseException:
                # Including SystemExit, as at the end of a process.
                logger.exception("a function registered with atexit failed")

    def share(self) -> None:
        """Call the functions at the end of the process instead."""
        for callback in self.callbacks:
            atexit.register(callback)
        self.callbacks, self.functions = [], []


def install() -> Callable[[], None]:
    """Replace `atexit.register` and `atexit.unregister`; return what restores them."""
    replaced = Replaced()
    replaced.set(atexit, "register", _register(atexit.register))
    replaced.set(atexit, "unregister", _unregister(atexit.unregister))
    return replaced.close


def _register(original: Callable[..., Any]) -> Callable[..., Any]:
    # `weakref.finalize` registers once, for the finalizers of the whole process.
    for_all = cast(Any, weakref.finalize)._exitfunc

    @functools.wraps(original)
    def register(func: F, /, *args: Any, **kwargs: Any) -> F:
        kernel = running_kernel()
        if kernel is None or func == for_all:
            original(func, *args, **kwargs)
        else:
            owned(kernel, ExitCallbacks).add(func, args, kwargs)
        return func

    return register


def _unregister(original: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(original)
    def unregister(func: Callable[..., Any], /) -> None:
        kernel = running_kernel()
        if kernel is None:
            original(func)
        else:
            owned(kernel, ExitCallbacks).remove(func)

    return unregister
