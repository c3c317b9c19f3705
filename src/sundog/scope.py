"""What the code that runs here belongs to: a kernel, an output area and a namespace.

The `Scope` stands in the one ``ContextVar`` of Sundog. Coroutines inherit it by themselves, because
a task copies its context. Threads and executor jobs inherit it by a hook (`hooks.core.threads`),
which carries this one variable and nothing else. Callbacks of widgets run in the scope that the
widget was made in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
Namespace = dict[str, Any]


class OutputArea(Protocol):
    """Where prints, displayed objects and tracebacks go."""

    def append(self, item: dict[str, Any]) -> None:
        """Take one nbformat 4 output, or a ``clear_output`` or ``update_display_data`` item."""
        ...


class PageOutput(OutputArea, Protocol):
    """An output area that is a page: what shows here what no other area catches."""

    @property
    def is_empty(self) -> bool:
        """Whether the page shows nothing."""
        ...


class Kernel(Protocol):
    """The part of a kernel that code outside of the kernel's own room works with."""

    development: bool
    log_id: str
    closed: bool
    widgets: dict[str, Any]
    on_error: Callable[[BaseException], object]

    def peek(self, key: object) -> Any:
        """Return what the kernel keeps under a key; None if there is nothing."""
        ...

    def local(self, key: object, factory: Callable[[], T]) -> T:
        """Return what the kernel keeps under a key, made by the factory at the first call."""
        ...

    def on_close(self, callback: Callable[[], object]) -> None:
        """Call back once when the kernel ends."""
        ...

    def submit(self, work: Callable[[], object]) -> None:
        """Run something on the kernel's logical thread. Raises `KernelClosedError`."""
        ...

    def keep_thread(self) -> None:
        """Stay on the calling thread, because something was made that is bound to it."""
        ...

    def report_error(self, error: BaseException, where: str) -> str:
        """Log an error, show it in the kernel's pages, and return its id."""
        ...


@dataclass(frozen=True, slots=True)
class Scope:
    """What a piece of running code belongs to.

    `page_area` is the part of the page that shows what no other area catches: the page itself, or
    one page of an app of several pages. `area` catches what the code prints and displays: an
    Output widget, or a cell. `namespace` holds the names of the code's script or notebook.
    """

    kernel: Kernel
    page_area: PageOutput
    namespace: Namespace
    area: OutputArea | None = None
    _home: Scope | None = None

    @property
    def display_area(self) -> OutputArea:
        """The area that shows what is displayed here."""
        return self.page_area if self.area is None else self.area

    @property
    def home(self) -> Scope:
        """The same scope without an area that catches: where callbacks run that start here."""
        return self if self._home is None else self._home

    def capturing(self, area: OutputArea | None) -> Scope:
        """Return the same scope with an area that catches what is printed and displayed."""
        home = self.home
        return home if area is None else replace(home, area=area, _home=home)


_scope: ContextVar[Scope | None] = ContextVar("sundog_scope", default=None)


def current_scope() -> Scope | None:
    """Return the scope of the running code, or None outside of any kernel."""
    return _scope.get()


def current_area() -> OutputArea | None:
    """Return the output area that catches what is printed and displayed here, if there is one."""
    scope = _scope.get()
    return None if scope is None else scope.area


@contextmanager
def scoped(scope: Scope | None) -> Iterator[None]:
    """Run the body in a scope; None means in no kernel."""
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def capture(area: OutputArea | None) -> Iterator[None]:
    """Send what the body prints and displays to an area; None means to where it goes by default."""
    scope = _scope.get()
    if scope is None:
        yield
        return
    with scoped(scope.capturing(area)):
        yield


def set_scope(scope: Scope | None) -> None:
    """Set the scope of the running context for good; for contexts that belong to one kernel."""
    _scope.set(scope)
