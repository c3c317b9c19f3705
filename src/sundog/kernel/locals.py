"""Values that hooks and libraries store per kernel."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class _Making:
    """A value that a thread is creating while others wait for it."""

    __slots__ = ("_thread", "done")

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self.done = threading.Event()

    def wait(self) -> None:
        if self._thread == threading.get_ident():
            raise RuntimeError("a factory asked for what it is making")
        self.done.wait()


class Locals:
    """Values by key, each created at first use. Thread-safe."""

    def __init__(self) -> None:
        # The lock guards both. It is re-entrant because finalizers may run under it.
        self._lock = threading.RLock()
        self._values: dict[Any, Any] = {}
        self._making: dict[Any, _Making] = {}

    def peek(self, key: object) -> Any:
        """Return the value stored under a key, or None."""
        with self._lock:
            return self._values.get(key)

    def get(self, key: object, factory: Callable[[], T]) -> T:
        """Return the value stored under a key, created by the factory at first use.

        The factory runs once, even if several threads ask at the same time; the others wait for it.
        It must not ask for its own key.
        """
        while True:
            with self._lock:
                if key in self._values:
                    value: T = self._values[key]
                    return value
                making = self._making.get(key)
                if making is None:
                    making = self._making[key] = _Making()
                    break
            making.wait()
        try:
            value = factory()
            with self._lock:
                self._values[key] = value
            return value
        finally:
            with self._lock:
                del self._making[key]
            making.done.set()

    def clear(self) -> None:
        """Remove everything."""
        with self._lock:
            values = self._values
            self._values = {}
        values.clear()
