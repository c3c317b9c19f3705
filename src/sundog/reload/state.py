"""State of other libraries that a reload keeps besides the values of widgets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sundog.kernel import VirtualKernel

Namespaces = Mapping[str, Mapping[str, Any]]
"""The variables of modules and of the app's files, by name."""


class StateCarrier(Protocol):
    """Gives kernels of new code the state that users changed in kernels of the old code."""

    def note_initial(self, kernel: VirtualKernel) -> None:
        """Note the state of a kernel whose app has just run, before users change it."""
        ...

    def carry(
        self, old: VirtualKernel, new: VirtualKernel, before: Namespaces, after: Namespaces
    ) -> None:
        """Give a kernel in which nothing runs yet the state that users changed in another one.

        Args:
            old: The kernel of the old code.
            new: The kernel that replaces it.
            before: The variables of the old code.
            after: The variables of the new code.
        """
        ...

    def has_carried(self, kernel: VirtualKernel) -> bool:
        """Return whether a kernel got state that may be the reason why its app fails."""
        ...
