"""The interface of all kinds of app, for the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from sundog.app.page_info import PageInfo
    from sundog.kernel import VirtualKernel
    from sundog.protocol import Address

REOPEN: Final = "sundog.app.program.reopen"
"""The key under which a new kernel stores the names of further pages to open."""


@dataclass(frozen=True, slots=True)
class RunningPage:
    """A page that runs in a kernel, whether the kernel's pages show it or not.

    Attributes:
        items: What it displays, as nbformat 4 outputs.
        namespace: The variables of its code.
    """

    items: Sequence[dict[str, Any]]
    namespace: Mapping[str, Any]


class Program(Protocol):
    """An app that has run once and can be run for kernels."""

    @property
    def name(self) -> str:
        """The title of pages that have none of their own."""
        ...

    @property
    def paths(self) -> tuple[Path, ...]:
        """The app's file or folder, or those of several apps."""
        ...

    @property
    def namespaces(self) -> Mapping[str, Mapping[str, Any]]:
        """The variables that the dry run has left, by the file or module that was run."""
        ...

    @property
    def has_ended(self) -> bool:
        """Whether the dry run has come to its end; the top level of an endless app never does."""
        ...

    def has_page(self, place: Address) -> bool:
        """Whether there is a page at an address."""
        ...

    def page_info(self, place: Address | None) -> PageInfo:
        """Return the title and menu of the page at an address, before it runs.

        None stands for no page in particular.
        """
        ...

    def run(self, kernel: VirtualKernel) -> None:
        """Run the app for a kernel, on its logical thread.

        The pages that the kernel keeps under `REOPEN` run as well. Errors are reported to the
        kernel's pages.
        """
        ...

    def running_pages(self, kernel: VirtualKernel) -> Mapping[str, RunningPage]:
        """Return the pages that run in a kernel, by names that later versions keep."""
        ...


def only_page(kernel: VirtualKernel) -> Mapping[str, RunningPage]:
    """Return the running pages of a kernel whose app is one page."""
    return {"": RunningPage(tuple(kernel.page_area.items), kernel.namespace)}
