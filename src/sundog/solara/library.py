"""Reacton and Solara as the component library of apps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from sundog.app.site.tree import INIT, read_folder
from sundog.solara import components

if TYPE_CHECKING:
    from sundog.app.loading.model import App
    from sundog.solara.components import RenderedApp

_IMPORTS_SOLARA: Final = re.compile(rb"^[\s\"]*(?:import|from)\s+solara\b", re.MULTILINE)
_IMPORTS_NEIGHBOURS: Final = re.compile(rb"^\s*from\s+\.", re.MULTILINE)


class SolaraLibrary:
    """The interface of Reacton and Solara for the server; see `sundog.app.components`."""

    def renders(self, value: Any) -> bool:
        """Return whether a value is a component, an element, or a list of Solara's routes."""
        return components.is_component(value) or components.is_routes(value)

    def is_routes(self, value: Any) -> bool:
        """Return whether a value is a list of Solara's routes."""
        return components.is_routes(value)

    def components(self, app: App, namespace: Mapping[str, Any], value: Any) -> RenderedApp:
        """Return the result to render for a value in an app's namespace."""
        return components.components(app, namespace, value)

    def has_folder(self, folder: Path) -> bool:
        """Return whether a folder is what Solara calls a directory of pages.

        One of its files imports Solara, and none uses relative imports, which only modules of a
        package can do.
        """
        return self.has_package(folder) and not _any_contains(folder, _IMPORTS_NEIGHBOURS)

    def has_package(self, folder: Path) -> bool:
        """Return whether a module of a package imports Solara, whose rules then apply to all."""
        return _any_contains(folder, _IMPORTS_SOLARA)

    def pages(self, place: Path | ModuleType) -> RenderedApp:
        """Run the files of a folder, or import the modules of a package."""
        return components.pages(place)


def _any_contains(folder: Path, wanted: re.Pattern[bytes]) -> bool:
    files = [file.path for file in read_folder(folder).files()]
    inits = {path.parent / INIT for path in files} | {folder / INIT}
    return any(
        path.suffix != ".md" and path.is_file() and wanted.search(path.read_bytes())
        for path in (*files, *inits)
    )
