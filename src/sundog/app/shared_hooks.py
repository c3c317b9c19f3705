"""The hooks of a process, which all of its hosts share."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Final

from sundog.hooks.core.comm import CommHook
from sundog.hooks.core.install import Install, Uninstall, install


class SharedHooks:
    """Installs each hook once, however many hosts need it. Thread-safe.

    Hooks wrap what earlier ones have installed, so they are removed together and in reverse order:
    when the last host has released them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # The lock guards everything below.
        self._installed: dict[Install, Uninstall] = {}
        self._hosts = 0
        self._comm = CommHook()

    @property
    def comm(self) -> CommHook:
        """The comm hook, with the comm targets that all kernels share."""
        return self._comm

    def acquire(self, hooks: Iterable[Install]) -> Uninstall:
        """Install those hooks that are not installed yet; return a function that releases them.

        If one fails, the new ones before it are removed and its error is raised.
        """
        with self._lock:
            missing = [hook for hook in dict.fromkeys(hooks) if hook not in self._installed]
            added: dict[Install, Uninstall] = {}
            try:
                for hook in missing:
                    added[hook] = install((hook,))
            except BaseException:
                for uninstall in reversed(added.values()):
                    uninstall()
                raise
            self._installed.update(added)
            self._hosts += 1
        released = threading.Event()

        def release() -> None:
            with self._lock:
                if released.is_set():
                    return
                released.set()
                self._hosts -= 1
                if self._hosts:
                    return
                while self._installed:
                    _, uninstall = self._installed.popitem()
                    uninstall()
                self._comm = CommHook()

        return release


# Global, because hooks replace what exists once per process.
shared_hooks: Final = SharedHooks()
