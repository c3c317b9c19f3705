"""Each kernel has its own `logging` setup: handlers, filters, levels.

Upstream reason: a process has one tree of loggers. A handler that an app adds, and that writes to a
widget, would receive records of other users' callbacks; a level set by one app, and existing
loggers disabled by `dictConfig`, would apply to all.

A kernel sees the shared handlers and filters, and its own. What it removes is removed only for
itself. Apps can add handlers to the server's loggers, but can't silence them. When a kernel ends,
the handlers that its code created are flushed and closed.
"""

from __future__ import annotations

import functools
import logging
import logging.config
import warnings
import weakref
from collections.abc import Callable, Iterable
from typing import Any, Final, SupportsIndex, cast
from weakref import WeakKeyDictionary

from sundog.hooks.core.owned import find_owned, owned, running_kernel
from sundog.hooks.core.replaced import Replaced

VALUES: Final = ("level", "propagate", "disabled")
SERVER: Final = frozenset({"sundog", "uvicorn", "websockets"})


class LoggingState:
    """One kernel's setup."""

    def __init__(self) -> None:
        # By logger or handler and the list's name: added and removed items.
        self.lists: WeakKeyDictionary[Any, dict[str, tuple[list[Any], list[Any]]]]
        self.lists = WeakKeyDictionary()
        self.values: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()
        self.made: list[weakref.ref[logging.Handler]] = []
        self.showwarning: Any = None

    def end(self) -> None:
        """Remove everything, and close the kernel's handlers."""
        made = [handler for ref in self.made if (handler := ref()) is not None]
        self.lists.clear()
        self.values.clear()
        self.made.clear()
        self.close(made)

    @staticmethod
    def close(handlers: Iterable[logging.Handler]) -> None:
        """Flush and close handlers, as `logging.shutdown` does at the end of a process."""
        shutdown = getattr(logging.shutdown, "__wrapped__", logging.shutdown)
        shutdown([weakref.ref(handler) for handler in handlers])

    def share(self) -> None:
        """Set up the same for all."""
        for owner, lists in list(self.lists.items()):
            for name, (added, removed) in lists.items():
                shared = vars(owner)[name]
                shared[:] = [each for each in shared if not _holds(removed, each)]
                shared += [each for each in added if not _holds(shared, each)]
        for owner, values in list(self.values.items()):
            for name, value in values.items():
                setattr(owner, name, value)
        logging.root.manager._clear_cache()  # type: ignore[attr-defined]
        self.made.clear()
        self.lists.clear()
        self.values.clear()


def _holds(items: Iterable[Any], item: Any) -> bool:
    return any(each is item for each in items)


def _is_servers(owner: Any) -> bool:
    return isinstance(owner, logging.Logger) and owner.name.partition(".")[0] in SERVER


class OwnList(list[Any]):
    """The list as the running kernel sees it; the kernel stores its changes."""

    def __init__(self, shared: list[Any], owner: Any, name: str, state: LoggingState | None):
        self._shared = shared
        self._owner = owner
        self._name = name
        found = None if state is None else state.lists.get(owner, {}).get(name)
        if found is None:
            super().__init__(shared)
        else:
            added, removed = found
            super().__init__([each for each in shared if not _holds(removed, each)] + added)

    def _keep(self) -> None:
        kernel = running_kernel()
        if kernel is None:
            self._shared[:] = self
            return
        added = [each for each in self if not _holds(self._shared, each)]
        removed = [each for each in self._shared if not _holds(self, each)]
        if _is_servers(self._owner):
            removed = []
        lists = owned(kernel, LoggingState).lists.setdefault(self._owner, {})
        lists[self._name] = (added, removed)

    def append(self, item: Any) -> None:
        """Append an item."""
        super().append(item)
        self._keep()

    def extend(self, items: Iterable[Any]) -> None:
        """Append several items."""
        super().extend(items)
        self._keep()

    def insert(self, index: SupportsIndex, item: Any) -> None:
        """Insert an item."""
        super().insert(index, item)
        self._keep()

    def remove(self, item: Any) -> None:
        """Remove an item."""
        super().remove(item)
        self._keep()

    def pop(self, index: SupportsIndex = -1) -> Any:
        """Remove an item and return it."""
        item = super().pop(index)
        self._keep()
        return item

    def clear(self) -> None:
        """Remove all items."""
        super().clear()
        self._keep()

    def __setitem__(self, index: Any, value: Any) -> None:
        super().__setitem__(index, value)
        self._keep()

    def __delitem__(self, index: Any) -> None:
        super().__delitem__(index)
        self._keep()

    def __iadd__(self, items: Iterable[Any]) -> OwnList:  # type: ignore[misc]
        self.extend(items)
        return self


class KernelList:
    """The property for a list in a class, which each kernel changes for itself."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, owner: Any, cls: Any = None) -> Any:
        if owner is None:
            return self
        try:
            shared = vars(owner)[self._name]
        except KeyError:
            raise AttributeError(self._name) from None
        kernel = running_kernel()
        if kernel is None:
            return shared
        return OwnList(shared, owner, self._name, find_owned(kernel, LoggingState))

    def __set__(self, owner: Any, items: list[Any]) -> None:
        if running_kernel() is None or self._name not in vars(owner):
            vars(owner)[self._name] = items
        else:
            self.__get__(owner)[:] = items


class KernelValue:
    """The property for an attribute in a class, which each kernel sets for itself."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, owner: Any, cls: Any = None) -> Any:
        if owner is None:
            return self
        kernel = running_kernel()
        state = None if kernel is None else find_owned(kernel, LoggingState)
        if state is not None and state.values:
            own = state.values.get(owner)
            if own is not None and self._name in own:
                return own[self._name]
        try:
            return vars(owner)[self._name]
        except KeyError:
            raise AttributeError(self._name) from None

    def __set__(self, owner: Any, value: Any) -> None:
        kernel = running_kernel()
        if kernel is None or self._name not in vars(owner):
            vars(owner)[self._name] = value
        elif not _is_servers(owner):
            owned(kernel, LoggingState).values.setdefault(owner, {})[self._name] = value


def install() -> Callable[[], None]:
    """Make the attributes of loggers each kernel's own; return a function that undoes this."""
    replaced = Replaced()
    replaced.set(logging.Logger, "handlers", KernelList("handlers"))
    replaced.set(logging.Filterer, "filters", KernelList("filters"))
    for name in VALUES:
        replaced.set(logging.Logger, name, KernelValue(name))
    replaced.set(logging.Manager, "_disable", KernelValue("_disable"))
    replaced.set(logging.Logger, "isEnabledFor", _is_enabled_for(logging.Logger.isEnabledFor))
    replaced.set(logging.Handler, "__init__", _noting(logging.Handler.__init__))
    replaced.set(logging, "shutdown", _own_only(logging.shutdown))
    replaced.set(logging, "captureWarnings", _capture_warnings(logging.captureWarnings))
    config = cast(Any, logging.config)
    replaced.set(config, "_clearExistingHandlers", _clear_own(config._clearExistingHandlers))
    return replaced.close


def _is_enabled_for(original: Callable[..., bool]) -> Callable[..., bool]:
    """Use the shared cache only for kernels without their own levels."""

    @functools.wraps(original)
    def is_enabled_for(self: logging.Logger, level: int) -> bool:
        kernel = running_kernel()
        state = None if kernel is None else find_owned(kernel, LoggingState)
        if state is None or not state.values:
            return original(self, level)
        if self.disabled or self.manager.disable >= level:
            return False
        return level >= self.getEffectiveLevel()

    return is_enabled_for


def _noting(original: Callable[..., None]) -> Callable[..., None]:
    """Record the handlers that a kernel's code creates, to close them with the kernel."""

    @functools.wraps(original)
    def init(self: logging.Handler, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        kernel = running_kernel()
        if kernel is not None:
            made = owned(kernel, LoggingState).made
            made[:] = [ref for ref in made if ref() is not None]
            made.append(weakref.ref(self))

    return init


def _own_only(original: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(original)
    def shutdown(*args: Any, **kwargs: Any) -> None:
        kernel = running_kernel()
        if kernel is None or args or kwargs:
            original(*args, **kwargs)
        else:
            original(list(owned(kernel, LoggingState).made))

    return shutdown


def _clear_own(original: Callable[[], None]) -> Callable[[], None]:
    """Let `dictConfig` and `fileConfig` close only the running kernel's handlers."""

    @functools.wraps(original)
    def clear_existing_handlers() -> None:
        if running_kernel() is None:
            original()
        else:
            logging.shutdown()

    return clear_existing_handlers


def _capture_warnings(original: Callable[[bool], None]) -> Callable[[bool], None]:
    """Store by kernel what showed warnings before; `warnings.showwarning` is each kernel's own."""

    @functools.wraps(original)
    def capture_warnings(capture: bool) -> None:
        kernel = running_kernel()
        if kernel is None:
            original(capture)
            return
        state = owned(kernel, LoggingState)
        if capture and state.showwarning is None:
            state.showwarning = warnings.showwarning
            warnings.showwarning = cast(Any, logging)._showwarning
        elif not capture and state.showwarning is not None:
            warnings.showwarning, state.showwarning = state.showwarning, None

    return capture_warnings
