"""Reads the text of a setting.

Each function takes text and returns a value, or raises `ValueError` with what is allowed.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from sundog.origins import parse_origin
from sundog.urls import MASK, split_url

WIDGET_FORMS: Final = ("lab", "amd")
STORE_SCHEMES: Final = ("sqlite", "redis", "rediss", "valkey", "valkeys", "unix")

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]i?)?b?", re.ASCII | re.IGNORECASE)
_PATH = re.compile(r"(/[A-Za-z0-9._~!$&'()*+,=:@-]+)*", re.ASCII)
_BYTES = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3, "ki": 1 << 10, "mi": 1 << 20, "gi": 1 << 30}
_MODULE = re.compile(r"(@[\w.~-]+/)?[\w.~-]+", re.ASCII)
_TRUE = ("true", "1", "yes", "on")
_FALSE = ("false", "0", "no", "off")


class Secret:
    """A text that no log, repr or traceback shows."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return MASK if self._text else "''"


def parse_boolean(text: str) -> bool:
    """Return a truth value: true/false, 1/0, yes/no, on/off, in any case."""
    word = text.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError("true or false (also 1/0, yes/no, on/off)")


def parse_optional_boolean(text: str) -> bool | None:
    """Return a truth value, or None for ``auto``."""
    if text.strip().lower() == "auto":
        return None
    try:
        return parse_boolean(text)
    except ValueError:
        raise ValueError("true, false or auto") from None


def parse_size(text: str) -> int:
    """Return a number of bytes from text such as ``100MiB``."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise ValueError(
            "a number of bytes, or a number with KiB, MiB, GiB, kB, MB or GB, such as 100MiB"
        )
    size = int(float(match[1]) * _BYTES[(match[2] or "").lower()])
    if size < 1:
        raise ValueError("at least 1 byte")
    return size


def show_size(size: int) -> str:
    """Format bytes in the largest binary unit that gives a whole number."""
    for unit, count in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if size >= count and size % count == 0:
            return f"{size // count}{unit}"
    return str(size)


def parse_root_path(text: str) -> str:
    """Return a URL path without a trailing slash: empty, or beginning with one."""
    path = text.strip().rstrip("/")
    if path and not path.startswith("/"):
        path = "/" + path
    if _PATH.fullmatch(path) is None or any(part in (".", "..") for part in path.split("/")):
        raise ValueError("a URL path such as /apps/weather, without query, escapes or dots")
    return path


def parse_base_url(text: str) -> str:
    """Return an http or https URL without a trailing slash."""
    url = text.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        good = (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.username is None
            and (parts.port is None or parts.port > 0)
            and not parts.query
            and not parts.fragment
        )
        if good:
            parse_root_path(parts.path)
    except ValueError:
        good = False
    if not good:
        raise ValueError("a URL such as https://example.com/apps/weather")
    return url


# URLs with which editors open a file at a line.
EDITORS: Final = {
    "cursor": "cursor://file/{path}:{line}",
    "idea": "idea://open?file={path}&line={line}",
    "pycharm": "pycharm://open?file={path}&line={line}",
    "sublime": "subl://open?url=file:///{path}&line={line}",
    "vscode": "vscode://file/{path}:{line}",
    "vscode-insiders": "vscode-insiders://file/{path}:{line}",
    "vscodium": "vscodium://file/{path}:{line}",
    "windsurf": "windsurf://file/{path}:{line}",
    "zed": "zed://file/{path}:{line}",
}
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
# Schemes that would run code in the page.
_NO_EDITORS: Final = ("javascript", "data", "blob", "vbscript")


def parse_editor(text: str) -> str:
    """Return a URL with ``{path}`` and ``{line}`` from itself or from an editor's name."""
    template = EDITORS.get(text.strip().lower(), text.strip())
    scheme = _SCHEME.match(template)
    if "{path}" not in template or scheme is None or scheme[1].lower() in _NO_EDITORS:
        raise ValueError(
            "a URL with {path} and {line}, such as vscode://file/{path}:{line}, or one of"
            f" {', '.join(EDITORS)}"
        )
    return template


def parse_allowed_origin(text: str) -> str:
    """Return an origin in its usual form, ``scheme://host`` or ``scheme://host:port``."""
    origin = parse_origin(text.strip())
    if origin is None:
        raise ValueError("origins such as https://example.com or http://localhost:8888")
    return str(origin)


def parse_peer(text: str) -> str:
    """Return an IP address or network in its usual form, or ``*`` for all."""
    word = text.strip()
    if word == "*":
        return word
    try:
        return str(
            ipaddress.ip_network(word, strict=False) if "/" in word else ipaddress.ip_address(word)
        )
    except ValueError:
        raise ValueError("IP addresses or networks such as 10.0.0.0/8, or *") from None


def parse_widget_loader(text: str) -> str:
    """Return ``module=form``: a widget library's preferred form, ``lab`` or ``amd``."""
    module, equals, form = (part.strip() for part in text.partition("="))
    if not equals or form not in WIDGET_FORMS or _MODULE.fullmatch(module) is None:
        raise ValueError("pairs such as bqplot=amd: the widget module, then lab or amd")
    return f"{module}={form}"


def parse_store_url(text: str) -> Secret | None:
    """Return the URL of a session store (may contain a password), or None for memory."""
    url = text.strip()
    if url in ("memory:", "memory://"):
        return None
    try:
        known = split_url(url).scheme in STORE_SCHEMES and "://" in url
    except ValueError as error:
        raise ValueError(str(error)) from None
    if not known:
        raise ValueError("a URL such as sqlite:///sessions.db or redis://host:6379/0, or memory://")
    return Secret(url)
