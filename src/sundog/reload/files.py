"""Which files make up what is served, and what it means when one of them changes."""

from __future__ import annotations

import enum
import hashlib
import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

CODE = frozenset((".py", ".ipynb", ".md", ".vue"))
STYLES = frozenset((".css",))
SCRIPTS = frozenset((".js", ".mjs", ".jsx", ".tsx", ".ts"))
# Beside the app, where it may read them when it runs: anywidget's modules, templates.
BESIDE = frozenset((".vue", *STYLES, *SCRIPTS))
ENV_FILE = ".env"

SKIPPED_FOLDERS = frozenset(("node_modules", "__pycache__", "site-packages", "venv", "env"))
MAX_FOLDERS = 500
MAX_DEPTH = 8


class Effect(enum.Enum):
    """What a change calls for."""

    RUN = "run"
    STYLE = "style"
    PAGE = "page"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Watched:
    """What is watched: whole folders of the app, single files, and files for the browser."""

    app: tuple[Path, ...] = ()
    modules: frozenset[Path] = frozenset()
    served: tuple[Path, ...] = ()
    env_files: frozenset[Path] = frozenset()
    # After a failure, any file beside those that are known may be the one that was missing.
    any_code: bool = False

    def folders(self) -> frozenset[Path]:
        """Return the folders in which files are looked at; each by itself, not what is below."""
        found: dict[Path, None] = {}
        for place in (*map(_folder, self.app), *self.served):
            found.update(dict.fromkeys(walk(place)))
        # A folder that is served may come later; what else lies beside it is nobody's business.
        for path in (*self.served, *self.modules, *self.env_files):
            if path.parent.is_dir():
                found[path.parent] = None
        return frozenset(found)

    def changed_since(self, moment: float) -> frozenset[Path]:
        """Return the code in all these folders that is newer than a moment (seconds, as mtime)."""
        return frozenset(
            path
            for folder in self.folders()
            for path in _files_in(folder)
            if path.suffix.lower() in CODE and _modified(path) >= moment
        )

    def may_hold(self, folder: Path) -> bool:
        """Whether a new folder may hold what is to be watched."""
        places = (*map(_folder, self.app), *self.served)
        return any(folder.is_relative_to(place) for place in places)

    def effect(self, path: Path) -> Effect | None:
        """Return what a change of a file means; None where it means nothing."""
        suffix = path.suffix.lower()
        if path.name == ENV_FILE or path in self.env_files:
            return Effect.SETTINGS if path in self.env_files else None
        if any(path.is_relative_to(place) for place in self.served):
            if suffix in STYLES:
                return Effect.STYLE
            return Effect.PAGE if suffix in SCRIPTS else None
        if path in self.modules or (path in self.app and not path.is_dir()):
            # A folder is told of for what is made in it, such as compiled code.
            return Effect.RUN
        beside = any(path.is_relative_to(_folder(place)) for place in self.app)
        if suffix in BESIDE and beside:
            return Effect.RUN
        in_app = any(place.is_dir() and path.is_relative_to(place) for place in self.app)
        may_mend = self.any_code and (beside or any(path.parent == m.parent for m in self.modules))
        if suffix in CODE and (in_app or may_mend):
            return Effect.RUN
        return None


def _folder(place: Path) -> Path:
    return place if place.is_dir() else place.parent


def walk(top: Path) -> Iterator[Path]:
    """Yield a folder and those below it, without what is hidden, installed or made by tools."""
    count = 0
    # As text: this is done at every save, for all folders of a project.
    waiting = deque([(os.fspath(top), 0)] if top.is_dir() else ())
    while waiting and count < MAX_FOLDERS:
        folder, depth = waiting.popleft()
        yield Path(folder)
        count += 1
        if depth < MAX_DEPTH:
            waiting.extend((below, depth + 1) for below in _below(folder))


def _files_in(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _below(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.path for entry in entries if _is_of_the_app(entry))
    except OSError:
        return []


def _is_of_the_app(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith(".") or entry.name in SKIPPED_FOLDERS:
        return False
    return entry.is_dir(follow_symlinks=False) and not os.path.exists(f"{entry.path}/pyvenv.cfg")


class Contents:
    """Remembers what files held, so that a save without a change is none."""

    def __init__(self) -> None:
        self._digests: dict[Path, bytes | None] = {}

    def learn(self, paths: Iterable[Path], *, before: float) -> None:
        """Note what files hold, but of those that changed since a moment (seconds, as mtime)."""
        for path in paths:
            try:
                if path.stat().st_mtime < before:
                    self._digests[path] = _digest(path)
            except OSError:
                self._digests.setdefault(path, None)

    def changed(self, path: Path) -> bool:
        """Whether a file holds something else than when it was last asked for, or learnt."""
        now = _digest(path)
        known = path in self._digests
        before = self._digests.get(path)
        self._digests[path] = now
        return not known or now != before


def _digest(path: Path) -> bytes | None:
    try:
        return hashlib.blake2b(path.read_bytes(), digest_size=16).digest()
    except OSError:
        return None
