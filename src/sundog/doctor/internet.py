"""Finds scripts of pages that may contact hosts on the internet.

The scripts are searched, not run. An address in a place where something is fetched or loaded, or
one of a known content network, *may* be contacted; it does not mean that it ever is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from sundog.doctor.distributions import Distribution
from sundog.doctor.findings import Finding, note
from sundog.doctor.widgets import Found

CHECK: Final = "internet"

_HOST: Final = rb"https?://([A-Za-z0-9.{}-]+\.[a-z]{2,})(?=[/:\"'`?#]|$)"
_FETCHED: Final = re.compile(
    rb"(?:url\(\s*[\"'`]?|(?:\bfetch\(|\bimport\(|\bfrom\s*|\bimport\s*|importScripts\(|"
    rb"new Worker\(|\.src\s*=|\.href\s*=|\.open\(\s*[\"'`]GET[\"'`],|new WebSocket\(|"
    rb"loadScript\()\s*[\"'`])" + _HOST
)
_NETWORKS: Final = re.compile(
    rb"[\"'`(](?:https?:)?//((?:unpkg\.com|esm\.sh|esm\.run|cdnjs\.cloudflare\.com|ga\.jspm\.io|"
    rb"cdn\.[a-z0-9.-]+|[a-z0-9]+\.jsdelivr\.net|fonts\.(?:googleapis|gstatic)\.com|"
    rb"api\.mapbox\.com|raw\.githubusercontent\.com|[a-z{}.]*basemaps\.cartocdn\.com|"
    rb"[a-z{}.]*tile\.openstreetmap\.org))(?=[/:\"'`?#]|$)"
)
_MAX_BYTES: Final = 32 << 20
_MOST_HOSTS: Final = 6


def hosts_in(text: bytes) -> set[str]:
    """Return the hosts that a script may contact."""
    found = {*_FETCHED.findall(text), *_NETWORKS.findall(text)}
    return {host.decode("ascii", "replace") for host in found} - {"www.w3.org"}


def check_internet(found: Found, distributions: Iterable[Distribution]) -> Iterator[Finding]:
    """Report which installed front ends may contact which other hosts."""
    for extension in found.labextensions.used.values():
        yield from _note(f"labextension {extension.name}", extension.folder.rglob("*.js"))
    for each in distributions:
        yield from _note(f"{each.name} {each.version}", each.scripts)


def _note(name: str, scripts: Iterable[Path]) -> Iterator[Finding]:
    hosts: set[str] = set()
    for script in scripts:
        try:
            if script.stat().st_size <= _MAX_BYTES:
                hosts |= hosts_in(script.read_bytes())
        except OSError:
            continue
    if hosts:
        named = sorted(hosts)[:_MOST_HOSTS]
        more = f" and {len(hosts) - len(named)} more" if len(hosts) > len(named) else ""
        yield note(
            CHECK,
            f"{name} may contact {', '.join(named)}{more}",
            "pages load scripts only from hosts in SUNDOG_SCRIPT_SOURCES. Without internet access,"
            " test the features you use",
        )
