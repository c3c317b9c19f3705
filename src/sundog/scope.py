"""Which kernel is running here: the one ``ContextVar`` of Sundog.

The variable holds a `Scope`: the kernel, and the output area that catches what the code prints and
displays. A scope follows coroutines by itself (a task copies its context) and threads by the thread
hook, which carries this one variable and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sundog.errors import NoKernelError

if TYPE_CHECKING:
    from sundog.kernel.kernel import VirtualKernel


class OutputArea(Protocol):
    """Where prints, displayed objects and tracebacks go."""

    def append(self, item: dict[str, Any]) -> None:
        """Take one nbformat 4 output, or a ``clear_output`` or ``update_display_data`` item."""
        ...


@dataclass(frozen=True, slots=True)
class Scope:
    """What a piece of running code belongs to."""

    kernel: VirtualKernel
    area: OutputArea | None = None


_scope: ContextVar[Scope | None] = ContextVar("sundog_scope", default=None)


def current_scope() -> Scope | None:
    """Return the scope of the running code, or None outside of any kernel."""
    return _scope.get()


def current_kernel() -> VirtualKernel | None:
    """Return the kernel of the running code, or None outside of any kernel."""
    scope = _scope.get()
    return None if scope is None else scope.kernel


def require_kernel() -> VirtualKernel:
    """Return the kernel of the running code.

    Raises `NoKernelError` outside of any kernel.
    """
    kernel = current_kernel()
    if kernel is None:
        raise NoKernelError(
            "This needs a virtual kernel, and none is running here. Call it from the app itself, "
            "from a widget's callback, or from a thread or coroutine started there."
        )
    return kernel


def current_area() -> OutputArea | None:
    """Return the output area that catches what is printed and displayed here, if there is one."""
    scope = _scope.get()
    return None if scope is None else scope.area


@contextmanager
def scoped(scope: Scope | None) -> Iterator[None]:
    """Run the body under a scope; None means under no kernel."""
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
    with scoped(Scope(scope.kernel, area)):
        yield


def set_scope(scope: Scope | None) -> None:
    """Set the scope of the running context for good; for contexts that belong to one kernel."""
    _scope.set(scope)
