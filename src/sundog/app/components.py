"""The interface of libraries that render apps made of components, for the server.

The opener of apps gets the library, so that nothing in this package depends on one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sundog.app.loading.model import App
    from sundog.kernel import VirtualKernel


class Components(Protocol):
    """An app that has been executed once, and is rendered for every kernel."""

    @property
    def namespaces(self) -> Mapping[str, Mapping[str, Any]]:
        """The variables of the executed files, by what was executed."""
        ...

    def has_page(self, path: str) -> bool:
        """Whether there is a page at a path, which does not start with a slash."""
        ...

    def run(self, kernel: VirtualKernel) -> None:
        """Render for a kernel, on its logical thread. Raises what the components raise."""
        ...


class ComponentLibrary(Protocol):
    """A library that renders components for every kernel, from one run of their code."""

    def renders(self, value: Any) -> bool:
        """Whether the library renders a value: a component, an element, or a list of routes."""
        ...

    def is_routes(self, value: Any) -> bool:
        """Whether a value is a list of routes, each of which is a page."""
        ...

    def components(self, app: App, namespace: Mapping[str, Any], value: Any) -> Components:
        """Return what is rendered for a value that an app has left in its namespace.

        Raises:
            AppResultError: The value can't be a page.
            Exception: Whatever modules raise that are imported for their pages.
        """
        ...

    def has_folder(self, folder: Path) -> bool:
        """Whether the files of a folder are pages by the library's own rules."""
        ...

    def has_package(self, folder: Path) -> bool:
        """Whether the modules of a package are pages by the library's own rules."""
        ...

    def pages(self, place: Path | ModuleType) -> Components:
        """Execute the files of a folder, or import the modules of a package.

        Raises:
            Exception: Whatever they raise.
        """
        ...
