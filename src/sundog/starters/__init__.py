"""The apps that ``sundog create`` starts with: folders and single files that run as they are."""

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
    """A folder of files to start with.

    Attributes:
        name: What it is called.
        run: The argument of ``sundog run`` in its folder.
        meaning: What it is, for people.
    """

    name: str
    run: str
    meaning: str

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return HERE / self.name

    @property
    def needs_more(self) -> bool:
        """Whether it needs packages that Sundog does not bring."""
        return (self.folder / REQUIREMENTS).is_file()


STARTERS: Final = {
    starter.name: starter
    for starter in (
        Starter("widget", "app.py", "a script of ipywidgets"),
        Starter("notebook", "dashboard.ipynb", "a notebook whose outputs are the page"),
        Starter("components", "app.py", "components and reactive values, with solara-ui"),
        Starter("pages", ".", "several pages: scripts and a text"),
        Starter("anywidget", "app.py", "a widget of your own, in JavaScript and Python"),
    )
}


SCRIPTS: Final = ("button", "markdown")
"""Single files of components, by the names that the command of Solara has for them."""


def create_script(name: str, path: Path) -> None:
    """Write one of `SCRIPTS` to a new file.

    Raises:
        StarterError: There is a file already, or it can't be written.
    """
    if path.exists():
        raise StarterError(f"{path} exists. Name another file.")
    if path.name == f"{name}.py" and importlib.util.find_spec(name) is not None:
        raise StarterError(f"{path} would hide the package {name}. Name another file.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(HERE / "scripts" / f"{name}.py", path)
    except OSError as error:
        raise StarterError(f"{path} can't be written: {error.strerror}.") from error


def create(starter: Starter, folder: Path) -> list[str]:
    """Copy a starter into a new or empty folder; return the names of its files.

    Raises:
        StarterError: The folder is not empty, or it can't be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StarterError(f"{folder} exists and is not empty. Name another folder.")
    names = [path.name for path in sorted(starter.folder.iterdir()) if path.is_file()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            shutil.copyfile(starter.folder / name, folder / name)
    except OSError as error:
        raise StarterError(f"{folder} can't be written: {error.strerror}.") from error
    return names
