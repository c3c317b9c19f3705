"""Folders and packages of Solara's pages, which are named and ordered by Solara's own rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sundog.app.loading.failures import execution_error
from sundog.app.page_info import PageInfo
from sundog.app.running.dry_run import dry_run
from sundog.app.running.run import Finished, begin, finish
from sundog.errors import AppError
from sundog.kernel.kernel import VirtualKernel
from sundog.protocol.address import Address
from sundog.solara.components import Components


class ComponentSite:
    """Pages that are executed once, and rendered for every kernel.

    `make` executes them, and may raise anything; `path` is where they are.
    """

    def __init__(self, name: str, path: Path, make: Callable[[], Components]) -> None:
        self.name = name
        self.path: Path | None = path
        self._make = make
        self._components: Components | None = None

    def dry_run(self, kernel: VirtualKernel) -> None:
        """Execute all pages in a throw-away kernel. Raises `AppExecutionError`."""

        def execute() -> None:
            try:
                self._components = self._make()
            except AppError:
                raise
            except (Exception, SystemExit) as error:
                raise execution_error(error, self.name) from error

        def first_run(finished: Finished) -> None:
            execute()
            finished(None)

        dry_run(kernel, first_run, self.name)

    def has_page(self, place: Address) -> bool:
        """Whether there is a page at a place."""
        parts: Sequence[str] = place.parts
        return self._components is not None and self._components.has_page("/".join(parts))

    def page_info(self, place: Address | None) -> PageInfo:
        """Return what a page at a place says of itself before it is rendered."""
        return PageInfo(self.name)

    def run(self, kernel: VirtualKernel) -> None:
        """Render the page at the kernel's place."""

        async def render() -> None:
            assert self._components is not None
            self._components.run(kernel)

        begin(kernel, render(), lambda error: finish(kernel, error), is_async=False)
