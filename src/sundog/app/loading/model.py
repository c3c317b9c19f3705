"""An app that has been found and compiled."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sundog.hooks.ipython.cells import Code
from sundog.sharing.analysis import NOTHING, Analysis


class Kind(enum.Enum):
    """What kind of file an app came from."""

    SCRIPT = "script"
    NOTEBOOK = "notebook"
    MARKDOWN = "markdown"
    MODULE = "module"


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of an app: code to run, or text to show. A script is one cell."""

    number: int
    code: Code | None = None
    shown: tuple[dict[str, Any], ...] = ()
    hidden: bool = False
    may_raise: bool = False


@dataclass(frozen=True, slots=True)
class App:
    """An app, ready to run any number of times.

    Attributes:
        name: Its name for people.
        spec: What was asked for, as on the command line.
        kind: The kind of its file.
        path: Its file, if it has one.
        folder: Comes first on ``sys.path`` when it runs.
        object_path: The object to show, after the colon in the spec.
        cells: Its code and texts.
        identity: The first variables of its namespace: ``__name__``, ``__file__`` and so on.
        title: The title that the file itself gives.
        analysis: The classes that its kernels have in common.
    """

    name: str
    spec: str
    kind: Kind
    path: Path | None
    folder: Path
    object_path: str | None
    cells: tuple[Cell, ...]
    identity: dict[str, Any]
    title: str | None = None
    analysis: Analysis = NOTHING

    @property
    def folder_of_file(self) -> Path | None:
        """The folder that the app's file is in, if it has one."""
        return None if self.path is None else self.path.parent

    @property
    def is_document(self) -> bool:
        """Whether it shows its cells one after another, not only a result."""
        return self.kind in (Kind.NOTEBOOK, Kind.MARKDOWN)

    @property
    def is_async(self) -> bool:
        """Whether it awaits at its top level."""
        return any(cell.code is not None and cell.code.is_async for cell in self.cells)
