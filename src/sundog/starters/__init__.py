"""The templates of ``sundog create``: folders and single files that run as they are."""

from __future__ import annotations

import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sundog.errors import StarterError

HERE: Final = Path(__file__).parent
REQUIREMENTS: Final = "requirements.txt"


@dataclass(frozen=True, slots=True)
class Starter:
    """A template: a folder of files.

    Attributes:
        name: Its name.
        run: The argument of ``sundog run`` in its folder.
        meaning: Its description in ``--help``.
    """

    name: str
    run: str
    meaning: str

    @property
    def folder(self) -> Path:
        """The folder with its files."""
        return HERE / self.name

    @property
    def needs_more(self) -> bool:
        """Whether it needs packages besides Sundog."""
        return (self.folder / REQUIREMENTS).is_file()


STARTERS: Final = {
    starter.name: starter
    for starter in (
        Starter("widget", "app.py", "a script with ipywidgets"),
        Starter("notebook", "dashboard.ipynb", "a notebook whose outputs become the page"),
        Starter("components", "app.py", "components and reactive values, with solara-ui"),
        Starter("pages", ".", "several pages: scripts and a Markdown text"),
        Starter("anywidget", "app.py", "your own widget, in JavaScript and Python"),
    )
}


SCRIPTS: Final = ("button", "markdown")
"""Single files of components, named as in Solara's command."""


def create_script(name: str, path: Path) -> None:
    """Write one of `SCRIPTS` to a new file.

    Raises:
        StarterError: The file exists already, or can't be written.
    """
    if path.exists():
        raise StarterError(f"{path} already exists. Choose another file.")
    if path.name == f"{name}.py" and importlib.util.find_spec(name) is not None:
        raise StarterError(f"{path} would hide the package {name}. Choose another file.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(HERE / "scripts" / f"{name}.py", path)
    except OSError as error:
        raise StarterError(
            f"Cannot write {path}: {error.strerror}. Choose another file."
        ) from error


def create(starter: Starter, folder: Path) -> list[str]:
    """Copy a template into a new or empty folder and return the names of its files.

    Raises:
        StarterError: The folder is not empty, or can't be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StarterError(f"{folder} already exists and is not empty. Choose another folder.")
    names = [path.name for path in sorted(starter.folder.iterdir()) if path.is_file()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            shutil.copyfile(starter.folder / name, folder / name)
    except OSError as error:
        raise StarterError(
            f"Cannot write {folder}: {error.strerror}. Choose another folder."
        ) from error
    return names
