"""What a server needs of an app."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sundog.app.page_info import PageInfo
    from sundog.kernel.kernel import VirtualKernel
    from sundog.protocol.address import Address


class Program(Protocol):
    """An app that has run once and can be run for kernels."""

    @property
    def name(self) -> str:
        """What the page is called if nothing else is said."""
        ...

    @property
    def path(self) -> Path | None:
        """Where the app's file or folder is, if it has one."""
        ...

    def has_page(self, place: Address) -> bool:
        """Whether there is a page at a place."""
        ...

    def page_info(self, place: Address | None) -> PageInfo:
        """Return what the page at a place, or at none, says of itself before it runs."""
        ...

    def run(self, kernel: VirtualKernel) -> None:
        """Run the app for a kernel, on its logical thread."""
        ...
