"""Folders and packages whose pages a component library names, orders and renders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sundog.app.components import Components
from sundog.app.loading.failures import execution_error
from sundog.app.page_info import PageInfo
from sundog.app.program import RunningPage, only_page
from sundog.app.running.dry_run import dry_run
from sundog.app.running.run import Finished, begin, finish
from sundog.errors import AppError
from sundog.kernel import VirtualKernel
from sundog.protocol import Address


class ComponentSite:
    """Pages that are executed once, and rendered for every kernel.

    Args:
        name: The title of pages that have none of their own.
        path: The folder of the pages.
        make: Executes the pages; it may raise anything.
    """

    def __init__(self, name: str, path: Path, make: Callable[[], Components]) -> None:
        self.name = name
        self.paths = (path,)
        self._make = make
        self._components: Components | None = None

    @property
    def namespaces(self) -> Mapping[str, Mapping[str, Any]]:
        """The variables of the executed files, by what was executed."""
        return {} if self._components is None else self._components.namespaces

    @property
    def has_ended(self) -> bool:
        """Whether the dry run has come to its end: it is always waited for."""
        return True

    def dry_run(self, kernel: VirtualKernel) -> None:
        """Execute all pages in a kernel, which ends with it.

        Raises:
            AppExecutionError: One of the pages fails.
        """

        def execute(finished: Finished) -> None:
            try:
                self._components = self._make()
            except AppError:
                raise
            except (Exception, SystemExit) as error:
                raise execution_error(error, self.name) from error
            finished(None)

        dry_run(kernel, execute, self.name)

    def has_page(self, place: Address) -> bool:
        """Whether there is a page at an address."""
        return self._components is not None and self._components.has_page("/".join(place.parts))

    def page_info(self, place: Address | None) -> PageInfo:
        """Return the title of a page before it is rendered."""
        return PageInfo(self.name)

    def run(self, kernel: VirtualKernel) -> None:
        """Render the page at the kernel's location."""

        async def render() -> None:
            assert self._components is not None
            self._components.run(kernel)

        begin(kernel, render(), lambda error: finish(kernel, error), is_async=False)

    def running_pages(self, kernel: VirtualKernel) -> Mapping[str, RunningPage]:
        """Return the one page that is rendered."""
        return only_page(kernel)
