"""A kernel's registrations with Python, and what happens to them when the kernel ends.

The top level of an app of components runs once, in a kernel that ends at once, and sets things up
for all kernels: `share_with_all` turns that kernel's registrations into the process's own.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

from sundog.scope import Kernel, current_scope, scoped


class Owned(Protocol):
    """The registrations of one kind by one kernel."""

    def end(self) -> None:
        """End the registrations. Called once, in the kernel, when it ends."""
        ...

    def share(self) -> None:
        """Register the same for the process. Called outside of any kernel."""
        ...


OwnedT = TypeVar("OwnedT", bound=Owned)


def running_kernel() -> Kernel | None:
    """Return the kernel of the running code, or None outside of any kernel."""
    scope = current_scope()
    return None if scope is None else scope.kernel


def find_owned(kernel: Kernel, kind: type[OwnedT]) -> OwnedT | None:
    """Return a kernel's registrations of a kind, or None."""
    found: OwnedT | None = kernel.peek(kind)
    return found


def owned(kernel: Kernel, kind: type[OwnedT]) -> OwnedT:
    """Return a kernel's registrations of a kind, empty at first."""

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
    """Turn all of a kernel's registrations into registrations of the process."""
    everything: _All | None = kernel.peek(_All)
    if everything is None:
        return
    with scoped(None):
        for each in everything.kinds:
            each.share()
