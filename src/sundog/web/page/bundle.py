"""The built front end, with the files listed in the build's manifest."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from sundog.errors import StartupError

MANIFEST: Final = ".vite/manifest.json"
_CONTROLS: Final = "controls"
# The build's entry for pages.
MAIN: Final = "main"

_Manifest = Mapping[str, Mapping[str, Any]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PageFiles:
    """The files of the bundle that a page needs first, relative to the bundle's folder."""

    entry: str
    styles: tuple[str, ...]
    preloads: tuple[str, ...]


class Bundle:
    """The built front end. Its manifest is read when a page first needs it, and when it changes.

    Its files are served at `address`, below the root path.
    """

    def __init__(self, folder: Path, address: str = "/_sundog/static") -> None:
        self.address = address
        self._manifest = folder / MANIFEST
        self._files: PageFiles | None = None
        # The manifest that they come from.
        self._version: tuple[int, ...] | None = None
        self._lock = threading.Lock()

    def files(self) -> PageFiles:
        """Return the files of a page. Raises `StartupError` if there is no usable bundle."""
        with self._lock:
            version = self._present_version()
            if self._files is None or version not in (None, self._version):
                self._files = self._read(page_files)
                self._version = version
            return self._files

    def entry(self, name: str) -> str:
        """Return the file of a named entry. Raises `StartupError` if there is no usable bundle."""
        return self._read(lambda manifest: str(manifest[_entry(manifest, name)]["file"]))

    def all_files(self) -> tuple[str, ...]:
        """Return all files of the bundle. Raises `StartupError` if there is no usable bundle."""
        return self._read(_all_files)

    def _present_version(self) -> tuple[int, ...] | None:
        try:
            stat = self._manifest.stat()
        except OSError:
            # It is being replaced, or there never was one.
            return None
        # Files of a package may all have the same time.
        return (stat.st_mtime_ns, stat.st_ino, stat.st_size)

    def _read(self, select: Callable[[_Manifest], T]) -> T:
        try:
            return select(json.loads(self._manifest.read_bytes()))
        except FileNotFoundError:
            reason = "is missing"
        except (OSError, ValueError, LookupError, TypeError) as error:
            reason = f"can't be read ({error})"
        raise StartupError(
            f"the front end {reason}: {self._manifest}. In a checkout, run `scripts/npm run build`;"
            " otherwise reinstall sundog."
        )


def page_files(manifest: _Manifest) -> PageFiles:
    """Return the first files of a page from the build's manifest.

    Nearly every app needs the core controls, so they are fetched together with the entry.
    """
    controls = [
        name
        for name, chunk in manifest.items()
        if chunk.get("isDynamicEntry")
        and (name.endswith(f"/{_CONTROLS}.ts") or chunk.get("name") == _CONTROLS)
    ]
    chunks = [
        manifest[name] for name in _with_imports(manifest, [_entry(manifest, MAIN), *controls])
    ]
    files = [str(chunk["file"]) for chunk in chunks]
    styles = dict.fromkeys(str(style) for chunk in chunks for style in chunk.get("css", ()))
    return PageFiles(files[0], tuple(styles), tuple(files[1:]))


def _entry(manifest: _Manifest, name: str) -> str:
    for key, chunk in manifest.items():
        if chunk.get("isEntry") and chunk.get("name") == name:
            return key
    raise LookupError(f"it has no entry {name}")


def _all_files(manifest: _Manifest) -> tuple[str, ...]:
    files: dict[str, None] = {}
    for chunk in manifest.values():
        files.update(
            dict.fromkeys((chunk["file"], *chunk.get("css", ()), *chunk.get("assets", ())))
        )
    return tuple(files)


def _with_imports(manifest: _Manifest, names: Iterable[str]) -> Iterable[str]:
    """Return chunks and everything that they import statically, each once."""
    found: dict[str, None] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = None
            waiting.extend(manifest[name].get("imports", ()))
    return found
