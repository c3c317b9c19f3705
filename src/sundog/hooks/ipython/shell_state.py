"""Each kernel's state of the shell: callbacks, extensions, names, errors."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from IPython.core.builtin_trap import BuiltinTrap
from IPython.core.events import EventManager
from IPython.core.extensions import ExtensionManager

from sundog.kernel import current_kernel

# IPython's names for the sources of the last cells, and their values.
INPUT_NAMES = ("_i", "_ii", "_iii")
OUTPUT_NAMES = ("_", "__", "___")


class History:
    """The cells that a kernel has run, under the names that notebooks use."""

    __slots__ = ("inputs", "outputs")

    def __init__(self) -> None:
        self.inputs: list[str] = [""]
        self.outputs: dict[int, Any] = {}

    @property
    def count(self) -> int:
        """The number of the running or last cell."""
        return len(self.inputs) - 1

    def begin(self, namespace: dict[str, Any], source: str) -> None:
        """Record a cell that is about to run, and add IPython's names to the namespace."""
        previous = self.inputs[-3:][::-1]
        namespace.update(dict.fromkeys(INPUT_NAMES, ""))
        namespace.update(zip(INPUT_NAMES, previous, strict=False))
        for name in OUTPUT_NAMES:
            namespace.setdefault(name, "")
        namespace.update(In=self.inputs, Out=self.outputs, _ih=self.inputs, _oh=self.outputs)
        self.inputs.append(source.rstrip("\n"))

    def note_value(self, namespace: dict[str, Any], value: Any) -> None:
        """Record the running cell's value, as ``_`` and by its number."""
        if value is None or value is self.outputs:
            return
        namespace["___"], namespace["__"] = namespace.get("__", ""), namespace.get("_", "")
        namespace["_"] = namespace[f"_{self.count}"] = value
        self.outputs[self.count] = value


class ShellState:
    """One kernel's state of the shell."""

    __slots__ = (
        "cells",
        "configurables",
        "errors",
        "events",
        "extensions",
        "handlers",
        "hidden",
        "history",
        "session",
        "stored",
    )

    def __init__(self) -> None:
        self.events: dict[str, list[Callable[..., Any]]] = {}
        self.extensions: set[str] = set()
        self.hidden: dict[str, Any] = {}
        self.configurables: list[Any] = []
        self.errors: list[BaseException] = []
        self.stored: dict[str, Any] = {}
        self.cells = 0
        self.history = History()
        self.handlers: dict[str, Any] = {}
        # Like Jupyter's session id. It reveals nothing about the kernel's own id, which is secret.
        self.session = str(uuid.uuid4())


def shell_state() -> ShellState | None:
    """Return the running kernel's state, or None outside of kernels."""
    kernel = current_kernel()
    return None if kernel is None else kernel.local(ShellState, ShellState)


class KernelEvents(EventManager):  # type: ignore[misc]
    """Callbacks registered outside of kernels are for all; others are for their own kernel."""

    def register(self, event: str, function: Callable[..., Any]) -> None:
        """Call a function at every event of a kind."""
        state = shell_state()
        if state is None or function in self.callbacks[event]:
            super().register(event, function)
            return
        own = state.events.setdefault(event, [])
        if function not in own:
            own.append(function)

    def unregister(self, event: str, function: Callable[..., Any]) -> None:
        """Remove a callback of `register`. A kernel can't remove it for all."""
        state = shell_state()
        if state is None:
            super().unregister(event, function)
        elif function in state.events.get(event, ()):
            state.events[event].remove(function)
        elif function not in self.callbacks[event]:
            raise ValueError(f"Function {function!r} is not registered as a {event} callback")

    def trigger(self, event: str, *args: Any, **kwargs: Any) -> None:
        """Call the callbacks; errors are shown, not raised."""
        state = shell_state()
        own = state.events.get(event, ()) if state is not None else ()
        for function in (*self.callbacks[event], *own):
            try:
                function(*args, **kwargs)
            except Exception:  # noqa: BLE001 - the boundary between libraries and the app
                self.shell.showtraceback()


class KernelExtensions(ExtensionManager):  # type: ignore[misc]
    """Each kernel loads an extension for itself."""

    @property
    def loaded(self) -> set[str]:
        """The names of the extensions that the running kernel has loaded."""
        state = shell_state()
        return self._shared if state is None else state.extensions

    @loaded.setter
    def loaded(self, names: set[str]) -> None:
        self._shared = names


class NoTrap(BuiltinTrap):  # type: ignore[misc]
    """Add nothing to the builtins, because they belong to the process."""

    def __enter__(self) -> NoTrap:
        return self

    def __exit__(self, *details: Any) -> None:
        pass
