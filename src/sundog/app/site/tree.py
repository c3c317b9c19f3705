"""The files of a folder that are pages, in order, with their addresses."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sundog.app.site import names
from sundog.errors import AppNotFoundError

PAGE_SUFFIXES: Final = (".py", ".ipynb", ".md")
INIT: Final = "__init__.py"
# A folder with more pages is probably a project or a home folder, given by mistake.
MAX_PAGES: Final = 1000
MAX_DEPTH: Final = 10

Parts = tuple[str, ...]


@dataclass(slots=True, eq=False)
class Folder:
    """A folder of pages.

    Attributes:
        path: The folder.
        parts: Its address, in parts.
        title: What the menu calls it.
        init: Its ``__init__.py``, if it has one.
        entries: The pages and folders in it, in order.
    """

    path: Path
    parts: Parts
    title: str
    init: Path | None
    entries: list[PageFile | Folder] = field(default_factory=list)

    def files(self) -> Iterator[PageFile]:
        """Return all pages in it and below, in their order."""
        for entry in self.entries:
            if isinstance(entry, Folder):
                yield from entry.files()
            else:
                yield entry


@dataclass(slots=True, eq=False)
class PageFile:
    """A file that is a page.

    Attributes:
        path: The file.
        parts: Its address, in parts.
        title: What the menu calls it.
        folders: All folders that it is in, the outermost first.
    """

    path: Path
    parts: Parts
    title: str
    folders: tuple[Folder, ...]


def read_folder(path: Path, *, init_is_page: bool = False) -> Folder:
    """Return the pages of a folder. They have no addresses before `give_places`.

    Args:
        path: The folder.
        init_is_page: Whether its ``__init__.py`` is its first page.

    Raises:
        AppNotFoundError: The folder has no pages, or too many.
    """
    root = path.resolve()
    folder = Folder(root, (), names.title(root.name), _init_of(root))
    _fill(folder, (), init_is_page=init_is_page)
    if not folder.entries:
        raise AppNotFoundError(
            f"{path} contains no pages. Files ending in .py, .ipynb or .md become pages, unless "
            "their names start with _ or a dot."
        )
    return folder


def leave_out(folder: Folder, files: Collection[PageFile]) -> None:
    """Remove files from a folder and those below it, and folders that become empty."""
    for entry in folder.entries:
        if isinstance(entry, Folder):
            leave_out(entry, files)
    folder.entries = [
        entry
        for entry in folder.entries
        if (entry.entries if isinstance(entry, Folder) else entry not in files)
    ]


def give_places(folder: Folder) -> None:
    """Give every page its address: the first of a folder has the folder's.

    Raises:
        AppNotFoundError: Two pages have the same address, or one has an address that the server
            needs.
    """
    _give_places(folder)
    seen: dict[Parts, PageFile] = {}
    for file in folder.files():
        address = "/" + "/".join(file.parts)
        name = file.path.relative_to(folder.path)
        other = seen.setdefault(file.parts, file)
        if other is not file:
            both = f"{other.path.relative_to(folder.path)} and {name}"
            raise AppNotFoundError(f"{both} would both be at {address}. Rename one of them.")
        if file.parts and file.parts[0] in names.RESERVED:
            raise AppNotFoundError(
                f"{name} would be at {address}, which the server uses itself. Rename it."
            )


def _give_places(folder: Folder) -> None:
    for number, entry in enumerate(folder.entries):
        own = names.slug(entry.path.name if isinstance(entry, Folder) else entry.path.stem)
        entry.parts = (*folder.parts, own) if number else folder.parts
        if isinstance(entry, Folder):
            _give_places(entry)


def _fill(folder: Folder, above: tuple[Folder, ...], *, init_is_page: bool = False) -> None:
    chain = (*above, folder)
    if init_is_page and folder.init is not None:
        folder.entries.append(PageFile(folder.init, (), folder.title, chain))
    for path in _entries(folder.path):
        if path.is_file():
            folder.entries.append(PageFile(path, (), names.title(path.stem), chain))
        elif len(chain) < MAX_DEPTH:
            below = Folder(path, (), names.title(path.name), _init_of(path))
            _fill(below, chain)
            if below.entries:
                folder.entries.append(below)
    if sum(1 for _ in chain[0].files()) > MAX_PAGES:
        raise AppNotFoundError(
            f"{chain[0].path} contains more than {MAX_PAGES} pages. Is this the right folder?"
        )


def _entries(folder: Path) -> list[Path]:
    """Return what may be pages, in order."""
    with os.scandir(folder) as found:
        entries = [
            Path(entry.path)
            for entry in found
            if not names.is_skipped(entry.name) and _may_hold_pages(entry)
        ]
    return sorted(entries, key=lambda entry: names.order(entry.name))


def _may_hold_pages(entry: os.DirEntry[str]) -> bool:
    # Links to folders may lead in circles, or out of the app.
    if entry.is_dir(follow_symlinks=False):
        environment = os.path.exists(os.path.join(entry.path, "pyvenv.cfg"))
        return not environment and entry.name != "node_modules"
    return entry.is_file() and entry.name.endswith(PAGE_SUFFIXES)


def _init_of(folder: Path) -> Path | None:
    init = folder / INIT
    return init if init.is_file() else None
