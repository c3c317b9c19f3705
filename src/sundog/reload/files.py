"""The files that an app is made of, and the effect of a change in one of them."""

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
# Files beside the app that it may read when it runs: anywidget's modules, templates.
BESIDE = frozenset((".vue", *STYLES, *SCRIPTS))
ENV_FILE = ".env"

SKIPPED_FOLDERS = frozenset(("node_modules", "__pycache__", "site-packages", "venv", "env"))
MAX_FOLDERS = 500
MAX_DEPTH = 8


class Effect(enum.Enum):
    """What to do after a change."""

    RUN = "run"
    STYLE = "style"
    PAGE = "page"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Watched:
    """The watched files: whole folders of the app, single files, and files for the browser."""

    app: tuple[Path, ...] = ()
    modules: frozenset[Path] = frozenset()
    served: tuple[Path, ...] = ()
    env_files: frozenset[Path] = frozenset()
    # After a failure, any file beside the known ones may be the one that was missing.
    any_code: bool = False

    def folders(self) -> frozenset[Path]:
        """Return the folders to watch, each without the folders below it."""
        found: dict[Path, None] = {}
        for place in (*map(_folder, self.app), *self.served):
            found.update(dict.fromkeys(walk(place)))
        # A served folder may be created later; other files beside it don't matter.
        for path in (*self.served, *self.modules, *self.env_files):
            if path.parent.is_dir():
                found[path.parent] = None
        return frozenset(found)

    def changed_since(self, moment: float) -> frozenset[Path]:
        """Return the code in these folders that is newer than a moment, in seconds as an mtime."""
        return frozenset(
            path
            for folder in self.folders()
            for path in _files_in(folder)
            if path.suffix.lower() in CODE and _modified(path) >= moment
        )

    def may_hold(self, folder: Path) -> bool:
        """Whether a new folder may contain files to watch."""
        places = (*map(_folder, self.app), *self.served)
        return any(folder.is_relative_to(place) for place in places)

    def effect(self, path: Path) -> Effect | None:
        """Return what to do after a change of a file; None for nothing."""
        suffix = path.suffix.lower()
        if path.name == ENV_FILE or path in self.env_files:
            return Effect.SETTINGS if path in self.env_files else None
        if any(path.is_relative_to(place) for place in self.served):
            if suffix in STYLES:
                return Effect.STYLE
            return Effect.PAGE if suffix in SCRIPTS else None
        if path in self.modules or (path in self.app and not path.is_dir()):
            # A folder changes with everything that is created in it, such as compiled code.
            return Effect.RUN
        beside = any(path.is_relative_to(_folder(place)) for place in self.app)
        if suffix in BESIDE and beside:
            return Effect.RUN
        in_app = any(place.is_dir() and path.is_relative_to(place) for place in self.app)
        may_fix = self.any_code and (beside or any(path.parent == m.parent for m in self.modules))
        if suffix in CODE and (in_app or may_fix):
            return Effect.RUN
        return None


def _folder(place: Path) -> Path:
    return place if place.is_dir() else place.parent


def walk(top: Path) -> Iterator[Path]:
    """Yield a folder and those below it, without hidden, installed and generated ones."""
    count = 0
    # As text, because this runs at every save, for all folders of a project.
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
    """Remembers the content of files, so that a save without a change does not count."""

    def __init__(self) -> None:
        self._digests: dict[Path, bytes | None] = {}

    def learn(self, paths: Iterable[Path], *, before: float) -> None:
        """Note the content of files, except of those changed since a moment, in seconds."""
        for path in paths:
            try:
                if path.stat().st_mtime < before:
                    self._digests[path] = _digest(path)
            except OSError:
                self._digests.setdefault(path, None)

    def changed(self, path: Path) -> bool:
        """Whether the content of a file differs from the last call, or from what was learnt."""
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
