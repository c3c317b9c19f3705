"""What a kernel's code has registered with Python, and what happens to it at the kernel's end.

The top level of an app of components runs once, in a kernel that ends at once, and what it sets up
is for all kernels: `share_with_all` turns the registrations of that kernel into the process's own.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

from sundog.scope import Kernel, current_scope, scoped


class Owned(Protocol):
    """The registrations of one kind that one kernel has made."""

    def end(self) -> None:
        """End the registrations. Called once, in the kernel, when it ends."""
        ...

    def share(self) -> None:
        """Register the same for the process instead. Called outside of any kernel."""
        ...


OwnedT = TypeVar("OwnedT", bound=Owned)


def running_kernel() -> Kernel | None:
    """Return the kernel of the running code, None outside of any kernel."""
    scope = current_scope()
    return None if scope is None else scope.kernel


def find_owned(kernel: Kernel, kind: type[OwnedT]) -> OwnedT | None:
    """Return what a kernel has registered of a kind, None if there is nothing."""
    found: OwnedT | None = kernel.peek(kind)
    return found


def owned(kernel: Kernel, kind: type[OwnedT]) -> OwnedT:
    """Return what a kernel has registered of a kind; the first call makes an empty one."""

    def make() -> OwnedT:
        made = kind()
        kernel.local(_All, _All).kinds.append(made)
        kernel.on_close(made.end)
        return made

    return kernel.local(kind, make)


class _All:
    def __init__(self) -> None:
        self.kinds: list[Owned] = []


def share_with_all(kernel: Kernel) -> None:
    """Turn everything that a kernel has registered so far into registrations of the process."""
    everything: _All | None = kernel.peek(_All)
    if everything is None:
        return
    with scoped(None):
        for each in everything.kinds:
            each.share()
