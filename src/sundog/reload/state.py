"""What a reload keeps beside the values of widgets: state of other libraries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sundog.kernel.kernel import VirtualKernel

Namespaces = Mapping[str, Mapping[str, Any]]
"""The variables of modules and of what the app was run from, by name."""


class StateCarrier(Protocol):
    """Gives the kernels of new code the state that users gave those of the old code."""

    def note_initial(self, kernel: VirtualKernel) -> None:
        """Note the state of a kernel whose app has just run, before users change it."""
        ...

    def carry(
        self, old: VirtualKernel, new: VirtualKernel, before: Namespaces, after: Namespaces
    ) -> None:
        """Give a kernel in which nothing runs yet what users changed in another one.

        Args:
            old: The kernel of the old code.
            new: The kernel that replaces it.
            before: The variables of the old code.
            after: The variables of the new code.
        """
        ...

    def has_carried(self, kernel: VirtualKernel) -> bool:
        """Whether a kernel got state that may be why its app fails."""
        ...
