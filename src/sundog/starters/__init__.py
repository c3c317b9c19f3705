"""What ``sundog create`` begins an app with: folders of files that run as they are."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sundog.errors import StarterError

HERE: Final = Path(__file__).parent
REQUIREMENTS: Final = "requirements.txt"


@dataclass(frozen=True, slots=True)
class Starter:
    """A kind of app to begin with; `run` is what to give to ``sundog run`` in its folder."""

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


def create(starter: Starter, folder: Path) -> list[str]:
    """Copy a starter into a new or empty folder; return the names of its files.

    Raises `StarterError` where something is there already, and where it can't be written.
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
