"""Files that a kernel's pages may fetch, because its code has displayed links to them."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Final

MOST_FILES: Final = 1000
_KEY_LENGTH: Final = 24


class OfferedFiles:
    """The files of one kernel by their keys, up to 1,000; the oldest go first. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # The lock guards the files, each with the folder that it has to be in.
        self._files: dict[str, tuple[Path, Path]] = {}

    def offer(self, path: Path, roots: Iterable[Path]) -> str | None:
        """Return the key under which pages may fetch a file from now on.

        None for what is not a file inside one of the folders, and for hidden files (names that
        begin with a dot), links to such files included.
        """
        try:
            file = path.resolve()
            root = next((each for each in map(Path.resolve, roots) if _is_inside(file, each)), None)
        except (OSError, ValueError, RuntimeError):
            return None
        if root is None:
            return None
        key = hashlib.sha256(str(file).encode("utf-8", "surrogateescape")).hexdigest()[:_KEY_LENGTH]
        with self._lock:
            self._files[key] = file, root
            while len(self._files) > MOST_FILES:
                del self._files[next(iter(self._files))]
        return key

    def find(self, key: str) -> Path | None:
        """Return the file that was offered under a key, if it still exists."""
        with self._lock:
            found = self._files.get(key)
        if found is None:
            return None
        file, root = found
        try:
            # It may have been replaced by a link since.
            return file if file.resolve() == file and _is_inside(file, root) else None
        except (OSError, RuntimeError):
            return None


def _is_inside(file: Path, root: Path) -> bool:
    if not file.is_relative_to(root) or not file.is_file():
        return False
    return not any(part.startswith(".") for part in file.relative_to(root).parts)
