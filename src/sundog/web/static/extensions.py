"""The list of installed extensions for pages, and their files.

A page reads one JSON document with all extensions, and fetches the files of those that it uses.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sundog.extensions.companions import Companion, find_companions
from sundog.extensions.contents import amd_contents_of, contents_of
from sundog.extensions.scan import KINDS, Extension, Kind, list_extensions, stamp_of
from sundog.web.static.assets import Found
from sundog.web.static.paths import safe_join

logger = logging.getLogger(__name__)

LATEST: Final = "latest"


@dataclass(frozen=True, slots=True)
class _Scan:
    extensions: Mapping[Kind, Mapping[str, Extension]]
    digest: str = ""
    stamp: str = ""
    companions: Mapping[str, Companion] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExtensionRules:
    """The options of the search, and of how pages use its results."""

    ignore_nbextensions: bool = False
    disabled: frozenset[str] = frozenset()
    # The preferred form of a library (``lab`` or ``amd``), by widget module.
    first: Mapping[str, str] = field(default_factory=dict)
    # Whether to search again when a folder has changed, as packages come and go in development.
    watch: bool = False


class Extensions:
    """The extensions in data folders, searched at first use."""

    def __init__(self, folders: Iterable[Path], rules: ExtensionRules | None = None) -> None:
        self._folders = tuple(folders)
        self._rules = rules or ExtensionRules()
        # Guards the results.
        self._lock = threading.Lock()
        self._found: _Scan | None = None
        self._told: dict[tuple[Kind, str, str], Mapping[str, Any]] = {}

    def prepare(self) -> None:
        """Search the extensions now, so that no page waits for it later."""
        self.manifest("")

    @property
    def digest(self) -> str:
        """A hash that changes with every extension: the version of the manifest."""
        return self._scan(again=self._rules.watch).digest

    def installed(self, kind: Kind) -> Mapping[str, Extension]:
        """Return the extensions of a kind, by name."""
        return self._scan().extensions.get(kind, {})

    def manifest(self, root: str) -> dict[str, Any]:
        """Return the entries for pages, by name; addresses of folders are below a root path."""
        return self.manifest_and_digest(root)[0]

    def manifest_and_digest(self, root: str) -> tuple[dict[str, Any], str]:
        """Return the document for pages, and its version."""
        scan = self._scan()
        manifest: dict[str, Any] = {
            kind: {
                name: {
                    **extension.entry,
                    **self._tell(kind, extension),
                    "url": _address(root, kind, extension),
                }
                for name, extension in scan.extensions.get(kind, {}).items()
            }
            for kind in KINDS
        }
        manifest["first"] = dict(self._rules.first)
        manifest["scripts"] = {
            module: [
                f"{root}/_sundog/companions/{each.digest}/{each.name}/{script}"
                for script in each.scripts
            ]
            for module, each in scan.companions.items()
        }
        return manifest, scan.digest

    def address(self, root: str, module: str) -> str | None:
        """Return the address of the first script of a widget module's labextension."""
        extension = self._scan().extensions["labextensions"].get(module)
        if extension is None or self._rules.first.get(module) == "amd":
            return None
        return _address(root, "labextensions", extension) + quote(extension.entry["load"])

    def resolve(self, kind: str, digest: str, path: str) -> Found | None:
        """Return a file by its extension's hash, name and path, or None if there is none.

        A file is found under any hash, so that pages of another process work, and code that builds
        its own addresses. But browsers may cache it only under the right hash.
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

    def resolve_companion(self, digest: str, path: str) -> Found | None:
        """Return a script that is listed under ``scripts``, or None if there is none."""
        name, _, script = path.partition("/")
        for each in self._scan().companions.values():
            if each.name == name and script in each.scripts:
                return Found(each.folder / script, digest == each.digest)
        return None

    def _scan(self, *, again: bool = False) -> _Scan:
        with self._lock:
            if self._found is not None and not again:
                return self._found
            stamp = stamp_of(self._folders) if self._rules.watch else ""
            if self._found is None or self._found.stamp != stamp:
                extensions = {kind: self._list(kind) for kind in KINDS}
                companions = find_companions()
                digest = self._digest_of(extensions, companions)
                self._found = _Scan(extensions, digest, stamp, companions)
            return self._found

    def _list(self, kind: Kind) -> Mapping[str, Extension]:
        if kind == "nbextensions" and self._rules.ignore_nbextensions:
            return {}
        listing = list_extensions(kind, self._folders)
        for broken in listing.broken:
            logger.warning("left out %s of %r: %s", kind[:-1], str(broken.folder), broken.reason)
        if kind == "nbextensions":
            return listing.used
        return {name: at for name, at in listing.used.items() if name not in self._rules.disabled}

    def _tell(self, kind: Kind, extension: Extension) -> Mapping[str, Any]:
        key = (kind, extension.name, extension.digest)
        told = self._told.get(key)
        if told is None:
            # Several threads may read the same at once, with the same result.
            told = self._told[key] = _TELL[kind](extension)
        return told

    def _digest_of(
        self,
        extensions: Mapping[Kind, Mapping[str, Extension]],
        companions: Mapping[str, Companion],
    ) -> str:
        lines = [
            (kind, extension.name, extension.digest)
            for kind, found in extensions.items()
            for extension in found.values()
        ]
        scripts = [(module, each.digest) for module, each in companions.items()]
        text = repr((lines, scripts, sorted(self._rules.first.items())))
        return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()


def _tell_of_labextension(extension: Extension) -> Mapping[str, Any]:
    contents = contents_of(extension)
    told: dict[str, Any] = {"registers": sorted(contents.registers)}
    if contents.open_ended:
        told["openEnded"] = True
    if "mimeExtension" in extension.entry:
        told["mimeTypes"] = sorted(contents.mime_types)
    return told


def _tell_of_nbextension(extension: Extension) -> Mapping[str, Any]:
    contents = amd_contents_of(extension)
    return {"maps": contents.maps, "hasExtensionScript": contents.needs_script}


_TELL: Final[Mapping[Kind, Callable[[Extension], Mapping[str, Any]]]] = {
    "labextensions": _tell_of_labextension,
    "nbextensions": _tell_of_nbextension,
}


def _address(root: str, kind: Kind, extension: Extension) -> str:
    return f"{root}/_sundog/{kind}/{extension.digest}/{quote(extension.name, '@/')}/"
