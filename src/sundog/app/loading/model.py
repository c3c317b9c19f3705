"""What an app is, once it has been found and compiled."""

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

    `name` is for people; `spec` is what was asked for; `object_path` is what stands after the
    colon. `identity` is what the app's namespace begins with: ``__name__``, ``__file__`` and so on.
    `folder` is put first on ``sys.path``.
    """

    name: str
    spec: str
    kind: Kind
    path: Path | None
    folder: Path
    object_path: str | None
    cells: tuple[Cell, ...]
    identity: dict[str, Any]
    # What the file itself says that it is called.
    title: str | None = None
    # The classes that its kernels have in common.
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
