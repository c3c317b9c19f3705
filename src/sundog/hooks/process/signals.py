"""Signals belong to the server: an app may register handlers, but receives no signals.

Upstream reason: Python installs handlers only from the main thread, so an app that calls
`signal.signal`, as it could in a notebook, would fail to start. A handler applies to the process:
an app must not take Ctrl-C or SIGTERM from the server, and an alarm must not end it.
"""

from __future__ import annotations

import functools
import logging
import signal
import threading
from collections.abc import Callable
from typing import Any

from sundog.hooks.core.owned import find_owned, owned, running_kernel
from sundog.hooks.core.replaced import Replaced

logger = logging.getLogger(__name__)

_NO_TIMER = (
    "signal.{name}() can't be used in an app, because all users share the process. Use "
    "threading.Timer, or asyncio.timeout() in a coroutine."
)


class OwnHandlers:
    """One kernel's handlers, by signal number."""

    def __init__(self) -> None:
        self.by_number: dict[int, Any] = {}

    def end(self) -> None:
        """Remove the handlers."""
        self.by_number.clear()

    def share(self) -> None:
        """Remove the handlers, because no app receives signals."""
        self.by_number.clear()


def install() -> Callable[[], None]:
    """Replace functions of `signal`; return what restores them."""
    replaced = Replaced()
    replaced.set(signal, "signal", _signal(signal.signal))
    replaced.set(signal, "getsignal", _getsignal(signal.getsignal))
    # Not every system has these.
    for name, nothing in (("alarm", 0), ("setitimer", (0.0, 0.0))):
        original = getattr(signal, name, None)
        if original is not None:
            replaced.set(signal, name, _refuse(original, name, nothing))
    return replaced.close


def _signal(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def set_handler(signalnum: int, handler: Any) -> Any:
        kernel = running_kernel()
        if kernel is None:
            if threading.current_thread() is threading.main_thread():
                return original(signalnum, handler)
            # A module that a kernel has imported.
            _note(signalnum)
            return signal.getsignal(signalnum)
        before = signal.getsignal(signalnum)
        owned(kernel, OwnHandlers).by_number[int(signalnum)] = handler
        _note(signalnum)
        return before

    return set_handler


def _note(number: int) -> None:
    name = signal.strsignal(number) or number
    logger.info(
        "the app's handler for signal %r is ignored, because the server handles signals", name
    )


def _getsignal(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def get_handler(signalnum: int) -> Any:
        kernel = running_kernel()
        state = None if kernel is None else find_owned(kernel, OwnHandlers)
        if state is not None and int(signalnum) in state.by_number:
            return state.by_number[int(signalnum)]
        return original(signalnum)

    return get_handler


def _refuse(original: Callable[..., Any], name: str, nothing: Any) -> Callable[..., Any]:
    @functools.wraps(original)
    def set_timer(*args: Any) -> Any:
        seconds = args[0] if name == "alarm" else args[1]
        if running_kernel() is None:
            return original(*args)
        if not seconds:
            # None is set, so there is none to stop.
            return nothing
        raise RuntimeError(_NO_TIMER.format(name=name))

    return set_timer
