"""Reads from an extension's scripts which widget modules and MIME types it is for.

An extension registers its names when it runs, but a page should not run all extensions to find
one. Minifiers keep property names and strings, so the scripts nearly always contain the names:
``registerWidget({name: "bqplot", …})``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sundog.extensions.scan import Extension

_REGISTERS: Final = b"registerWidget"
_REGISTRATION: Final = re.compile(
    rb"registerWidget\(\s*(?:\{\s*[\"']?name[\"']?\s*:\s*([^,}]{1,99}))?"
)
_LITERAL: Final = re.compile(rb"[\"'`]([\w@/.~-]{1,99})[\"'`]\s*", re.ASCII)
_MIME_TYPE: Final = re.compile(
    rb"[\"'`]((?:application|audio|image|model|text|video)/[\w.+-]{1,99})[\"'`]", re.ASCII
)
_MAPPING: Final = re.compile(
    rb"[\"']?([\w@/.-]{1,99})[\"']?\s*:\s*[\"'](nbextensions/[\w@/.-]{1,200})[\"']", re.ASCII
)
_MAX_SCRIPT_BYTES: Final = 32 << 20
_OF_THE_PAGE: Final = ("@jupyter-widgets/", "jupyter-js-widgets")
_MAX_SCRIPTS: Final = 2000


@dataclass(frozen=True, slots=True)
class Contents:
    """The widget modules and MIME types of an extension, as far as its scripts show."""

    # The widget modules that it registers, or probably does.
    registers: frozenset[str] = frozenset()
    # Whether it may register others, because it computes a name when it runs.
    open_ended: bool = False
    # All MIME types that its scripts name, including those that it renders.
    mime_types: frozenset[str] = frozenset()


def contents_of(extension: Extension) -> Contents:
    """Read the scripts of a labextension. Unreadable scripts count as unknown."""
    own = {extension.name, str(extension.package.get("name", extension.name))}
    if not (extension.folder / extension.entry["load"]).is_file():
        # The page that needs it will show the error.
        return Contents(frozenset(own))
    has_plugins = "extension" in extension.entry
    has_mime = "mimeExtension" in extension.entry
    if not has_plugins and not has_mime:
        return Contents()
    names: set[str] = set()
    mime_types: set[str] = set()
    computed, tells_own_name, unread = 0, False, False
    for index, script in enumerate(sorted(extension.folder.rglob("*.js"))):
        try:
            if index >= _MAX_SCRIPTS or script.stat().st_size > _MAX_SCRIPT_BYTES:
                unread = True
                continue
            text = script.read_bytes()
        except OSError:
            unread = True
            continue
        if has_mime:
            mime_types.update(match.decode() for match in _MIME_TYPE.findall(text))
        if not has_plugins:
            continue
        tells_own_name = tells_own_name or any(_says(text, name) for name in own)
        if _REGISTERS not in text:
            continue
        for expression in _REGISTRATION.findall(text):
            literal = _LITERAL.fullmatch(expression)
            if literal is not None:
                names.add(literal[1].decode())
            else:
                computed += 1
    if computed and tells_own_name:
        # Nearly all of these read the name from their own package.json.
        names |= own
    elif unread:
        names |= own
        computed += 1
    open_ended = computed > (1 if tells_own_name and not unread else 0)
    return Contents(frozenset(names), open_ended, frozenset(mime_types))


@dataclass(frozen=True, slots=True)
class AmdContents:
    """An nbextension's additions to require.js's configuration."""

    # Names of modules, and the scripts to load for them.
    maps: Mapping[str, str]
    # Whether its script does more, and must be run.
    needs_script: bool = False


def amd_contents_of(extension: Extension) -> AmdContents:
    """Read the script with which an nbextension configures require.js. Most only map names."""
    if not extension.entry.get("hasExtensionScript"):
        return AmdContents({})
    try:
        with (extension.folder / "extension.js").open("rb") as script:
            text = script.read(_MAX_SCRIPT_BYTES)
    except OSError:
        return AmdContents({}, needs_script=True)
    maps = {name.decode(): target.decode() for name, target in _MAPPING.findall(text)}
    # Modules of the page itself are never replaced.
    maps = {name: target for name, target in maps.items() if not name.startswith(_OF_THE_PAGE)}
    configures = b"config(" in text
    return AmdContents(maps, configures and (not maps or b"paths" in text or b"shim" in text))


def _says(text: bytes, name: str) -> bool:
    encoded = name.encode()
    return any(quote + encoded + quote in text for quote in (b'"', b"'", b"`"))
