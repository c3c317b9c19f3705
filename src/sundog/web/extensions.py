"""The installed front-end packages of widget libraries, found where Jupyter finds them.

Two kinds: labextensions, which are module-federation containers, and nbextensions, which are AMD
modules. A page learns of them from one JSON document, and fetches files only of those it uses.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import site
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import quote

from sundog.web.paths import safe_join

logger = logging.getLogger(__name__)

Kind = Literal["labextensions", "nbextensions"]

LATEST: Final = "latest"

# They are Jupyter's own front end of ipywidgets, which the page is instead.
_LEFT_OUT: Final[dict[Kind, frozenset[str]]] = {
    "labextensions": frozenset(
        ("@jupyter-widgets/jupyterlab-manager", "@jupyter-notebook/lab-extension")
    ),
    "nbextensions": frozenset(("jupyter-js-widgets",)),
}
_FALSE: Final = frozenset(("", "0", "false", "no", "off", "n"))


@dataclass(frozen=True, slots=True)
class Extension:
    """One installed package: its folder, the hash of what is in it, and what a page is told."""

    name: str
    folder: Path
    digest: str
    entry: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A file of an extension, and whether its address changes whenever the file does."""

    file: Path
    immutable: bool


@dataclass(frozen=True, slots=True)
class _Scan:
    extensions: Mapping[Kind, Mapping[str, Extension]]
    digest: str = field(default="")


class Extensions:
    """The extensions of some data folders, looked for when they are first needed, once."""

    def __init__(self, folders: Iterable[Path], *, ignore_nbextensions: bool = False) -> None:
        self._folders = tuple(folders)
        self._kinds: tuple[Kind, ...] = ("labextensions",)
        if not ignore_nbextensions:
            self._kinds += ("nbextensions",)
        self._lock = threading.Lock()
        self._found: _Scan | None = None

    def scan(self) -> None:
        """Look for the extensions now, so that nobody waits for it later."""
        self._scan()

    @property
    def digest(self) -> str:
        """A hash that changes with every extension: the version of the manifest."""
        return self._scan().digest

    def manifest(self, root: str) -> dict[str, dict[str, dict[str, Any]]]:
        """Return what a page is told, by name; the addresses of folders are below a root path."""
        found = self._scan().extensions
        return {
            kind: {
                name: {**extension.entry, "url": _address(root, kind, extension)}
                for name, extension in found.get(kind, {}).items()
            }
            for kind in _LEFT_OUT
        }

    def resolve(self, kind: str, digest: str, path: str) -> Found | None:
        """Return a file by its extension's hash, name and path; None if there is none.

        A file is found under any hash, so that pages of another process and code that makes up
        addresses itself work, but only under the right one it may be kept for ever.
        """
        names = path.split("/", 2)
        depth = 2 if path.startswith("@") else 1
        name, rest = "/".join(names[:depth]), "/".join(names[depth:])
        found = next((found for key, found in self._scan().extensions.items() if key == kind), {})
        extension = found.get(name)
        if extension is None:
            return None
        file = safe_join(extension.folder, rest)
        return None if file is None else Found(file, digest == extension.digest)

    def _scan(self) -> _Scan:
        with self._lock:
            if self._found is None:
                extensions = {kind: _find(kind, self._folders) for kind in self._kinds}
                self._found = _Scan(extensions, _digest_of_all(extensions))
            return self._found


def data_folders(
    environ: Mapping[str, str] | None = None,
    *,
    home: Path | None = None,
    prefix: str = sys.prefix,
    base_prefix: str = sys.base_prefix,
) -> list[Path]:
    """Return the folders that Jupyter looks for data in, the one that counts most first."""
    environ = os.environ if environ is None else environ
    given = [Path(part) for part in environ.get("JUPYTER_PATH", "").split(os.pathsep) if part]
    user = [_user_folder(environ, home or Path.home())]
    if site.ENABLE_USER_SITE and site.USER_BASE:
        user.append(Path(site.USER_BASE, "share", "jupyter"))
    own = [Path(prefix, "share", "jupyter")]
    wish = environ.get("JUPYTER_PREFER_ENV_PATH")
    isolated = prefix != base_prefix if wish is None else wish.lower() not in _FALSE
    if sys.platform == "win32":
        system = [Path(environ.get("PROGRAMDATA", r"C:\ProgramData"), "jupyter")]
    else:
        system = [Path("/usr/local/share/jupyter"), Path("/usr/share/jupyter")]
    nearest = own + user if isolated else user + own
    return list(dict.fromkeys([*given, *nearest, *system]))


def _user_folder(environ: Mapping[str, str], home: Path) -> Path:
    given = environ.get("JUPYTER_DATA_DIR")
    if given:
        return Path(given)
    if sys.platform == "darwin":
        return home / "Library" / "Jupyter"
    if sys.platform == "win32":
        return Path(environ.get("APPDATA") or home / "AppData" / "Roaming", "jupyter")
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share", "jupyter")


def _find(kind: Kind, folders: Sequence[Path]) -> dict[str, Extension]:
    found: dict[str, Extension] = {}
    for folder in folders:
        for name, candidate in _candidates(folder / kind):
            if name in found or name in _LEFT_OUT[kind]:
                continue
            try:
                extension = _READERS[kind](name, candidate.resolve())
            except (OSError, ValueError) as error:
                logger.warning("left out %s of %s: %s", kind[:-1], candidate, error)
                continue
            if extension is not None:
                found[name] = extension
    return dict(sorted(found.items()))


def _candidates(folder: Path) -> Iterator[tuple[str, Path]]:
    for entry in _folders_in(folder):
        if not entry.name.startswith("@"):
            yield entry.name, entry
            continue
        for scoped in _folders_in(entry):
            yield f"{entry.name}/{scoped.name}", scoped


def _folders_in(folder: Path) -> list[Path]:
    try:
        return sorted(entry for entry in folder.iterdir() if entry.is_dir())
    except OSError:
        return []


def _read_labextension(name: str, folder: Path) -> Extension | None:
    """Return a labextension; None for a folder that holds none in the form that can be loaded."""
    package = folder / "package.json"
    if not package.is_file():
        return None
    text = package.read_bytes()
    data = json.loads(text)
    lab = data.get("jupyterlab") if isinstance(data, dict) else None
    build = lab.get("_build") if isinstance(lab, dict) else None
    if not isinstance(build, dict) or not isinstance(build.get("load"), str):
        return None
    shared = data["jupyterlab"].get("sharedPackages")
    entry = {
        "load": _url_path(build["load"]),
        **{
            # These are names of the container's modules, not files.
            key: build[key]
            for key in ("extension", "mimeExtension", "style")
            if isinstance(build.get(key), str)
        },
        "sharedPackages": _provided_by_others(shared if isinstance(shared, dict) else {}),
    }
    return Extension(name, folder, _digest(folder, text), entry)


def _read_nbextension(name: str, folder: Path) -> Extension | None:
    has = {part: (folder / f"{part}.js").is_file() for part in ("index", "extension")}
    if not any(has.values()):
        return None
    return Extension(name, folder, _digest(folder, b""), {"hasExtensionScript": has["extension"]})


_READERS: Final = {"labextensions": _read_labextension, "nbextensions": _read_nbextension}


def _provided_by_others(shared: Mapping[str, Any]) -> dict[str, Any]:
    """Return the shared packages that an extension expects others to bring."""
    return {
        name: {"bundled": False}
        for name, terms in shared.items()
        if isinstance(terms, dict) and terms.get("bundled") is False
    }


def _address(root: str, kind: Kind, extension: Extension) -> str:
    return f"{root}/_sundog/{kind}/{extension.digest}/{quote(extension.name, '@/')}/"


def _url_path(path: str) -> str:
    """Return a path of a package as a URL has it: packages built on Windows say otherwise."""
    return path.replace("\\", "/").removeprefix("./")


def _digest(folder: Path, text: bytes) -> str:
    """Return a hash of an extension. Reading all of them would take longer than the rest."""
    digest = hashlib.blake2b(text, digest_size=10)
    for path, _, files in sorted(os.walk(folder)):
        for file in sorted(files):
            full = os.path.join(path, file)
            try:
                stat = os.stat(full)
            except OSError:
                # A link to nowhere is no file that could be asked for.
                continue
            line = (os.path.relpath(full, folder), stat.st_size, stat.st_mtime_ns)
            digest.update(repr(line).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _digest_of_all(extensions: Mapping[Kind, Mapping[str, Extension]]) -> str:
    lines = [
        (kind, extension.name, extension.digest)
        for kind, found in extensions.items()
        for extension in found.values()
    ]
    return hashlib.blake2b(repr(lines).encode(), digest_size=10).hexdigest()
