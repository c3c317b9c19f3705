"""The files in an exported page: the front end's and those of widget libraries."""

from __future__ import annotations

import base64
import gzip
import json
import mimetypes
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from sundog.extensions.scan import Kind
from sundog.web.static import Extensions

# This host does not exist (RFC 2606): the addresses only name files in the page.
ORIGIN: Final = "https://sundog.invalid"
STATIC: Final = f"{ORIGIN}/_sundog/static/"
MANIFEST: Final = f"{ORIGIN}/_sundog/extensions.json"

_OWN_MODULES: Final = frozenset(
    ("@jupyter-widgets/base", "@jupyter-widgets/controls", "@jupyter-widgets/output")
)
# Types that the page renders itself, although scripts of other packages mention them.
_OWN_TYPES: Final = frozenset(
    (
        "application/javascript",
        "application/json",
        "application/pdf",
        "application/vnd.jupyter.widget-view+json",
    )
)
_LEFT_OUT: Final = frozenset((".map", ".txt", ".br", ".gz", ".md", ".ts"))
_TYPES: Final = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css"}
_SIBLING: Final = re.compile(r"""(["'`])\./([\w.-]+\.(?:js|css))\1""")


class Archive:
    """Files by address, in the form that the page's script unpacks."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[str, bytes]] = {}

    def add(self, address: str, media_type: str, content: bytes) -> None:
        """Add a file."""
        self._files[address] = (media_type, content)

    def __contains__(self, address: object) -> bool:
        return address in self._files

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def as_json(self) -> dict[str, tuple[str, str]]:
        """Return the media type and packed content of each file, by address."""
        return {
            address: (media_type, base64.b64encode(gzip.compress(content, mtime=0)).decode())
            for address, (media_type, content) in self._files.items()
        }


def add_bundle(archive: Archive, folder: Path, names: Iterable[str]) -> None:
    """Add files of the front end, which is in `folder`.

    A module loaded from memory can't find other modules by relative addresses, so these are
    replaced by absolute ones.
    """
    for name in names:
        content = (folder / name).read_bytes()
        if name.endswith(".js"):
            content = _with_complete_addresses(content.decode(), name).encode()
        archive.add(STATIC + name, media_type_of(name), content)


def _with_complete_addresses(text: str, name: str) -> str:
    here = STATIC + name
    text = _SIBLING.sub(lambda found: json.dumps(f"{STATIC}assets/{found[2]}"), text)
    return text.replace("import.meta.url", json.dumps(here))


def add_extensions(
    archive: Archive, extensions: Extensions, modules: Iterable[str], mime_types: Iterable[str]
) -> list[str]:
    """Add the packages with the given widget modules and renderers; return missing modules.

    If a labextension has a module, its nbextension is not added.
    """
    modules = set(modules)
    manifest = extensions.manifest(ORIGIN)
    wanted: dict[Kind, set[str]] = {"labextensions": set(), "nbextensions": set()}
    missing = []
    for module in sorted(modules - _OWN_MODULES):
        place = _find(manifest, module)
        if place is None:
            missing.append(module)
        else:
            wanted[place[0]].add(place[1])
    types = {name for name in mime_types if name.startswith("application/")} - _OWN_TYPES
    for name, entry in manifest["labextensions"].items():
        if not types.isdisjoint(entry.get("mimeTypes", ())):
            wanted["labextensions"].add(name)
    _add_shared(wanted["labextensions"], manifest["labextensions"])
    for kind, names in wanted.items():
        installed = extensions.installed(kind)
        manifest[kind] = {name: manifest[kind][name] for name in sorted(names)}
        for name, entry in manifest[kind].items():
            _add_folder(archive, installed[name].folder, entry["url"])
    entries = manifest["labextensions"].values()
    needed = modules | types.difference(*(entry.get("mimeTypes", ()) for entry in entries))
    manifest["scripts"] = {
        name: urls for name, urls in manifest["scripts"].items() if name in needed
    }
    for url in (url for urls in manifest["scripts"].values() for url in urls):
        digest, _, path = url.removeprefix(f"{ORIGIN}/_sundog/companions/").partition("/")
        found = extensions.resolve_companion(digest, path)
        if found is not None:
            archive.add(url, media_type_of(path), found.file.read_bytes())
    archive.add(MANIFEST, "application/json", json.dumps(manifest).encode())
    return missing


def _find(manifest: Mapping[str, Any], module: str) -> tuple[Kind, str] | None:
    labextensions = manifest["labextensions"]
    if manifest["first"].get(module) != "amd":
        # Most extensions register a module named like their folder, but not all.
        for name in (module, *labextensions):
            entry = labextensions.get(name)
            if entry is not None and (name == module or module in entry["registers"]):
                return "labextensions", name
    return ("nbextensions", module) if module in manifest["nbextensions"] else None


def _add_shared(wanted: set[str], installed: Mapping[str, Mapping[str, Any]]) -> None:
    waiting = list(wanted)
    while waiting:
        shared = installed[waiting.pop()]["sharedPackages"]
        new = [name for name in shared if name in installed and name not in wanted]
        wanted.update(new)
        waiting += new


def _add_folder(archive: Archive, folder: Path, address: str) -> None:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix not in _LEFT_OUT:
            name = file.relative_to(folder).as_posix()
            archive.add(address + name, media_type_of(name), file.read_bytes())


def media_type_of(name: str) -> str:
    """Return a file's media type, from its name."""
    suffix = Path(name).suffix
    return _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
