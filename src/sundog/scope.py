"""The scope of running code: its kernel, output area and namespace.

The `Scope` is in Sundog's only ``ContextVar``. Coroutines inherit it, because a task copies its
context. Threads and executor jobs inherit it through a hook (`hooks.core.threads`), which passes
this one variable and nothing else. Callbacks of widgets run in the scope that the widget was
created in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar
from weakref import WeakSet

from sundog.errors import KernelStoppedError

T = TypeVar("T")
Namespace = dict[str, Any]


class OutputArea(Protocol):
    """The destination of prints, displayed objects and tracebacks."""

    def append(self, item: dict[str, Any]) -> None:
        """Add an nbformat 4 output, or a ``clear_output`` or ``update_display_data`` item."""
        ...


class PageOutput(OutputArea, Protocol):
    """An output area that is a page: it shows what no other area catches."""

    @property
    def is_empty(self) -> bool:
        """Whether the page shows nothing."""
        ...


class Kernel(Protocol):
    """The interface of a kernel for code outside of the kernel's package."""

    development: bool
    log_id: str
    widgets: dict[str, Any]

    @property
    def closed(self) -> bool:
        """Whether the kernel's end has begun."""
        ...

    @property
    def threads(self) -> WeakSet[threading.Thread]:
        """The threads that the kernel's code has started."""
        ...

    @property
    def on_error(self) -> Callable[[BaseException], object]:
        """Called with the errors of the kernel's code, where they happen."""
        ...

    @property
    def is_stopped(self) -> bool:
        """Whether the kernel's code is to end: it raises when it prints, displays or sends."""
        ...

    def peek(self, key: object) -> Any:
        """Return the value that the kernel stores under a key, or None."""
        ...

    def local(self, key: object, factory: Callable[[], T]) -> T:
        """Return the value that the kernel stores under a key, or create it with the factory."""
        ...

    def on_close(self, callback: Callable[[], object]) -> None:
        """Call a function once when the kernel ends."""
        ...

    def submit(self, work: Callable[[], object]) -> None:
        """Run a function on the kernel's logical thread. Raises `KernelClosedError`."""
        ...

    def keep_thread(self) -> None:
        """Stay on the calling thread, because an object bound to it was created."""
        ...

    def report_error(self, error: BaseException, where: str) -> str:
        """Log an error, show it in the kernel's pages, and return its id."""
        ...


@dataclass(frozen=True, slots=True)
class Scope:
    """The kernel, output area and namespace of running code.

    `page_area` is the part of the page that shows what no other area catches: the page itself, or
    one page of an app with several pages. `area` catches what the code prints and displays: an
    Output widget, or a cell. `namespace` holds the names of the code's script or notebook.
    """

    kernel: Kernel
    page_area: PageOutput
    namespace: Namespace
    area: OutputArea | None = None
    is_library: bool = False
    _home: Scope | None = None

    @property
    def display_area(self) -> OutputArea:
        """The area that shows displayed output."""
        return self.page_area if self.area is None else self.area

    @property
    def home(self) -> Scope:
        """The same scope without a catching area, in which callbacks that start here run."""
        return self if self._home is None else self._home

    def capturing(self, area: OutputArea | None) -> Scope:
        """Return the same scope with an area that catches printed and displayed output."""
        home = self.home
        return home if area is None else replace(home, area=area, _home=home)

    def of_library(self) -> Scope:
        """Return the scope of a library's thread: it is not stopped when the kernel ends."""
        return replace(self, is_library=True, _home=replace(self.home, is_library=True))


_scope: ContextVar[Scope | None] = ContextVar("sundog_scope", default=None)


def current_scope() -> Scope | None:
    """Return the scope of the running code, or None outside of any kernel."""
    return _scope.get()


def stop_if_ended() -> None:
    """Raise `KernelStoppedError` if the kernel that this code belongs to has ended."""
    scope = _scope.get()
    if scope is not None and scope.kernel.is_stopped and not scope.is_library:
        raise KernelStoppedError(f"kernel {scope.kernel.log_id} has ended")


def current_area() -> OutputArea | None:
    """Return the output area that catches printed and displayed output here, if there is one."""
    scope = _scope.get()
    return None if scope is None else scope.area


@contextmanager
def scoped(scope: Scope | None) -> Iterator[None]:
    """Run the body in a scope; None means outside of any kernel."""
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def capture(area: OutputArea | None) -> Iterator[None]:
    """Send printed and displayed output of the body to an area; None means the default area."""
    scope = _scope.get()
    if scope is None:
        yield
        return
    with scoped(scope.capturing(area)):
        yield


def set_scope(scope: Scope | None) -> None:
    """Set the scope of the running context permanently, for contexts of a single kernel."""
    _scope.set(scope)
