"""Finds the installed extensions.

Labextensions are module-federation containers, nbextensions are AMD modules.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

Kind = Literal["labextensions", "nbextensions"]

KINDS: Final[tuple[Kind, ...]] = ("labextensions", "nbextensions")

# These are Jupyter's own front end of ipywidgets, which the page replaces.
LEFT_OUT: Final[Mapping[Kind, frozenset[str]]] = {
    "labextensions": frozenset(
        ("@jupyter-widgets/jupyterlab-manager", "@jupyter-notebook/lab-extension")
    ),
    "nbextensions": frozenset(("jupyter-js-widgets",)),
}

# As npm allows them (including capitals in old ones), without characters special in URLs.
_NAME: Final = re.compile(r"(?:@[A-Za-z0-9_~-][\w.~-]*/)?[A-Za-z0-9_~-][\w.~-]*", re.ASCII)
_MAX_PACKAGE_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Extension:
    """An installed extension: its folder, the hash of its content, and its entry for pages."""

    name: str
    folder: Path
    digest: str
    entry: Mapping[str, Any]
    # The content of its package.json.
    package: Mapping[str, Any] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """The version of the package, or an empty string."""
        version = self.package.get("version")
        return version if isinstance(version, str) else ""


@dataclass(frozen=True, slots=True)
class Broken:
    """A folder that should contain an extension but does not, and why."""

    name: str
    folder: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The extensions of one kind."""

    used: Mapping[str, Extension]
    # Extensions with the name of one in an earlier folder.
    shadowed: tuple[Extension, ...] = ()
    broken: tuple[Broken, ...] = ()


def list_extensions(kind: Kind, folders: Iterable[Path]) -> Listing:
    """Return the extensions in data folders. If several have the same name, the first is used."""
    used: dict[str, Extension] = {}
    shadowed: list[Extension] = []
    broken: list[Broken] = []
    for folder in folders:
        for name, candidate in _candidates(folder / kind):
            if name in LEFT_OUT[kind]:
                continue
            try:
                extension = _read(kind, name, candidate)
            except (OSError, ValueError, RuntimeError) as error:
                broken.append(Broken(name, candidate, str(error)))
                continue
            if extension is None:
                continue
            if name in used:
                # Several paths may lead to the same folder.
                if used[name].folder != extension.folder:
                    shadowed.append(extension)
            else:
                used[name] = extension
    return Listing(dict(sorted(used.items())), tuple(shadowed), tuple(broken))


def stamp_of(folders: Iterable[Path]) -> str:
    """Return a value that changes when an extension is installed, removed or rebuilt. Cheap."""
    digest = hashlib.blake2b(digest_size=10)
    for folder in folders:
        for kind in KINDS:
            for name, candidate in _candidates(folder / kind):
                parts = ("", "package.json", "static", "index.js", "extension.js")
                times = [_modified(candidate / part) for part in parts]
                digest.update(repr((name, str(candidate), times)).encode("utf-8", "replace"))
    return digest.hexdigest()


def _candidates(folder: Path) -> Iterator[tuple[str, Path]]:
    for entry in _folders_in(folder):
        if not entry.name.startswith("@"):
            yield entry.name, entry
            continue
        for scoped in _folders_in(entry):
            yield f"{entry.name}/{scoped.name}", scoped


def _folders_in(folder: Path) -> list[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return []
    return [entry for entry in entries if not entry.name.startswith(".") and entry.is_dir()]


def _modified(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _read(kind: Kind, name: str, candidate: Path) -> Extension | None:
    # The folder itself may be a link, as in development installs. Its target is the root that no
    # file's path may leave.
    extension = _READERS[kind](name, candidate.resolve())
    if extension is not None and _NAME.fullmatch(name) is None:
        raise ValueError(f"the folder's name {name!r} is no package name")
    return extension


def _read_labextension(name: str, folder: Path) -> Extension | None:
    """Return a labextension, or None if the folder has none that can be loaded."""
    package = folder / "package.json"
    if not package.is_file():
        return None
    if package.stat().st_size > _MAX_PACKAGE_BYTES:
        raise ValueError("its package.json is too large")
    text = package.read_bytes()
    try:
        data = json.loads(text)
    except RecursionError:
        raise ValueError("its package.json is nested too deep") from None
    lab = data.get("jupyterlab") if isinstance(data, dict) else None
    build = lab.get("_build") if isinstance(lab, dict) else None
    if not isinstance(lab, dict) or not isinstance(build, dict):
        return None
    if not isinstance(build.get("load"), str):
        return None
    shared = lab.get("sharedPackages")
    entry = {
        "load": _url_path(build["load"]),
        **{
            # These are names of the container's modules, not of files.
            key: build[key]
            for key in ("extension", "mimeExtension", "style")
            if isinstance(build.get(key), str)
        },
        "sharedPackages": _provided_by_others(shared if isinstance(shared, dict) else {}),
    }
    return Extension(name, folder, _digest(folder, text), entry, data)


def _read_nbextension(name: str, folder: Path) -> Extension | None:
    has = {part: (folder / f"{part}.js").is_file() for part in ("index", "extension")}
    if not any(has.values()):
        return None
    return Extension(name, folder, _digest(folder, b""), {"hasExtensionScript": has["extension"]})


_READERS: Final[Mapping[Kind, Callable[[str, Path], Extension | None]]] = {
    "labextensions": _read_labextension,
    "nbextensions": _read_nbextension,
}


def _provided_by_others(shared: Mapping[str, Any]) -> dict[str, Any]:
    """Return the shared packages that an extension expects from others."""
    return {
        name: {"bundled": False}
        for name, terms in shared.items()
        if isinstance(terms, dict) and terms.get("bundled") is False
    }


def _url_path(path: str) -> str:
    """Return a package's path as a URL path, also if it was built on Windows."""
    found = path.replace("\\", "/").removeprefix("./")
    if ":" in found or any(part in ("", ".", "..") for part in found.split("/")):
        raise ValueError(f"its script {path!r} is not a file of it")
    return found


def _digest(folder: Path, text: bytes) -> str:
    """Return a hash of an extension, without reading all of its files, which would be slow."""
    digest = hashlib.blake2b(text, digest_size=10)
    for path, _, files in sorted(os.walk(folder)):
        for file in sorted(files):
            full = os.path.join(path, file)
            try:
                stat = os.stat(full)
            except OSError:
                # A broken link is not a file that can be requested.
                continue
            line = (os.path.relpath(full, folder), stat.st_size, stat.st_mtime_ns)
            digest.update(repr(line).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
