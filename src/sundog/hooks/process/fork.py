"""A forked child has nothing of the server: neither its connections nor its signal handlers.

Upstream reason: `os.fork`, and `multiprocessing` where it forks, give the child a copy of all
descriptors and handlers. With the server's own, browsers would wait for answers on connections that
the server has closed and the child still holds, the port would stay taken after the server's end,
and the child would ignore SIGTERM, so that `Pool.terminate()` would wait for ever.

In the child, code runs as in plain Python: outside of any kernel, with no event loop, and with the
app as ``__main__``.

Hooks that run at a fork can't be unregistered, so that they are registered once, and do nothing
where this hook is not installed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any, Final

from sundog.hooks.core import main_module
from sundog.scope import current_scope, set_scope

# What the handlers of a server are defined in; an app's module may have handlers of its own.
SERVER: Final = frozenset({"sundog", "uvicorn", "uvloop", "asyncio", "signal"})
# What a thread raises itself, and can't hold back.
FAULTS: Final = frozenset(
    number
    for name in ("SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL")
    if (number := getattr(signal, name, None))
)
STANDARD: Final = frozenset({0, 1, 2})


class ServerDescriptors:
    """The descriptors of this process that are the server's business. Thread-safe.

    The sockets of its connections are those whose local port is one that the server listens on.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # The lock guards the changes of both.
        self._ports: frozenset[int] = frozenset()
        # With the file's device and number, because a descriptor's number is used again.
        self._noted: frozenset[tuple[int, int, int]] = frozenset()

    def note_port(self, port: int) -> None:
        """Note a TCP port that the server listens on."""
        with self._lock:
            self._ports |= {port}

    def forget_port(self, port: int) -> None:
        """Note that the server has ended; the port may become another one's."""
        with self._lock:
            self._ports -= {port}

    def note_inherited(self) -> None:
        """Note the pipes and sockets that a worker has got from its supervisor.

        That of multiprocessing's tracker of resources is left to children: they report to it, too.
        """
        kept = {*STANDARD, getattr(resource_tracker._resource_tracker, "_fd", None)}
        noted = set()
        for descriptor in open_descriptors():
            with contextlib.suppress(OSError):
                status = os.fstat(descriptor)
                if descriptor not in kept and _is_channel(status.st_mode):
                    noted.add((descriptor, status.st_dev, status.st_ino))
        with self._lock:
            self._noted |= noted

    def find(self) -> list[int]:
        """Return the server's descriptors that are open now."""
        found = []
        ports = self._ports
        for descriptor in open_descriptors():
            with contextlib.suppress(OSError):
                status = os.fstat(descriptor)
                noted = (descriptor, status.st_dev, status.st_ino) in self._noted
                if noted or (stat.S_ISSOCK(status.st_mode) and _local_port(descriptor) in ports):
                    found.append(descriptor)
        return found


def _is_channel(mode: int) -> bool:
    return stat.S_ISSOCK(mode) or stat.S_ISFIFO(mode)


def open_descriptors() -> Iterator[int]:
    """Yield the descriptors that this process has open; on systems that list them."""
    for folder in ("/proc/self/fd", "/dev/fd"):
        if Path(folder).is_dir():
            yield from [int(name) for name in os.listdir(folder)]
            return


def _local_port(descriptor: int) -> int | None:
    sock = socket.socket(fileno=descriptor)
    try:
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            port: int = sock.getsockname()[1]
            return port
        return None
    finally:
        sock.detach()


# There is one set of descriptors per process.
server_descriptors = ServerDescriptors()


class _Children:
    """What is done in forked children while the hook is installed."""

    def __init__(self) -> None:
        self.installed = 0
        self.is_registered = False
        # Of the thread that forks: the signals that it held back before.
        self._thread = threading.local()

    def register(self) -> None:
        """Have Python call back in every forked child from now on."""
        if not self.is_registered:
            self.is_registered = True
            os.register_at_fork(
                before=self._hold_signals,
                after_in_parent=self._release_signals,
                after_in_child=self.begin,
            )

    def _hold_signals(self) -> None:
        """Hold signals back: one that comes before the child is ready would be lost there."""
        if self.installed:
            held = signal.valid_signals() - FAULTS
            self._thread.mask = signal.pthread_sigmask(signal.SIG_BLOCK, held)

    def _release_signals(self) -> None:
        mask = vars(self._thread).pop("mask", None)
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)

    def begin(self) -> None:
        """Leave the server behind. Runs in the child, on its only thread; no lock is taken."""
        if not self.installed:
            return
        # First, so that the rest runs outside of the kernel, and finds no hooks of it.
        scope = current_scope()
        if scope is not None:
            main_module.pin(scope.namespace)
            set_scope(None)
        asyncio._set_running_loop(None)
        _let_go_of_descriptors()
        _restore_signals()
        self._release_signals()


_children = _Children()


def install() -> Callable[[], None]:
    """Have forked children leave the server behind; return what ends that."""
    if hasattr(os, "register_at_fork"):
        _children.register()
    _children.installed += 1

    def uninstall() -> None:
        _children.installed -= 1

    return uninstall


def _let_go_of_descriptors() -> None:
    """Close what is the server's, but keep the numbers taken.

    Objects of the server exist in the child as well. When they go, they close their numbers, which
    must not be those of files that the child has opened since.
    """
    nothing = os.open(os.devnull, os.O_RDWR | getattr(os, "O_CLOEXEC", 0))
    try:
        for descriptor in server_descriptors.find():
            with contextlib.suppress(OSError):
                os.dup2(nothing, descriptor, inheritable=False)
    finally:
        os.close(nothing)


def _restore_signals() -> None:
    """Give the signals that the server handles their usual effect."""
    with contextlib.suppress(ValueError):
        signal.set_wakeup_fd(-1)
    for number in signal.valid_signals():
        handler = signal.getsignal(number)
        if callable(handler) and _is_servers(handler):
            default = number == signal.SIGINT
            with contextlib.suppress(OSError, ValueError):
                signal.signal(number, signal.default_int_handler if default else signal.SIG_DFL)


def _is_servers(handler: Any) -> bool:
    owner = getattr(handler, "__self__", None)
    module = handler.__module__ if owner is None else type(owner).__module__
    return str(module).partition(".")[0] in SERVER
