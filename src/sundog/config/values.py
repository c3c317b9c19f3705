"""What the text of a setting may look like, and what it becomes.

A parser takes text and returns a value, or raises `ValueError` with what is allowed.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from sundog.durations import parse_duration, show_duration
from sundog.urls import MASK, split_url, without_secrets

WIDGET_FORMS: Final = ("lab", "amd")
STORE_SCHEMES: Final = ("sqlite", "redis", "rediss", "valkey", "valkeys", "unix")

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]i?)?b?", re.ASCII | re.IGNORECASE)
_PATH = re.compile(r"(/[A-Za-z0-9._~!$&'()*+,=:@-]+)*", re.ASCII)
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", re.ASCII)
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


@dataclass(frozen=True, slots=True)
class Kind:
    """How a setting's text is read and its value written, and what to say of a wrong one."""

    parse: Callable[[str], Any]
    show: Callable[[Any], str] = str
    takes_empty: bool = False
    flag: bool = False
    choices: tuple[str, ...] = ()


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
    """Return bytes: a number, or one with kB, MB, GB, KiB, MiB or GiB."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise ValueError("a number of bytes, or one with KiB, MiB, GiB, kB, MB or GB, as in 100MiB")
    size = int(float(match[1]) * _BYTES[(match[2] or "").lower()])
    if size < 1:
        raise ValueError("at least 1 byte")
    return size


def show_size(size: int) -> str:
    """Write bytes in the largest binary unit that takes a whole number."""
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


def parse_origin(text: str) -> str:
    """Return an origin, ``scheme://host`` or ``scheme://host:port``, in lower case."""
    origin = text.strip().lower()
    try:
        parts = urlsplit(origin)
        good = (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.username is None
            and (parts.port is None or parts.port > 0)
            and origin == f"{parts.scheme}://{parts.netloc}"
        )
    except ValueError:
        good = False
    if not good:
        raise ValueError("origins such as https://example.com or http://localhost:8888")
    return origin


def parse_peer(text: str) -> str:
    """Return an IP address or network in its usual form, or ``*`` for everybody."""
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
    """Return ``module=form``: which form of a widget library is tried first, ``lab`` or ``amd``."""
    module, equals, form = (part.strip() for part in text.partition("="))
    if not equals or form not in WIDGET_FORMS or _MODULE.fullmatch(module) is None:
        raise ValueError("pairs such as bqplot=amd, with lab or amd after the widget module's name")
    return f"{module}={form}"


def text() -> Kind:
    """Any text."""
    return Kind(str, takes_empty=True)


def optional_text() -> Kind:
    """Any text, or nothing."""
    return Kind(lambda given: given.strip() or None, _show_optional(str))


def secret() -> Kind:
    """A text that is never shown."""
    return Kind(Secret, lambda value: MASK if value else "")


def parse_store_url(text: str) -> Secret | None:
    """Return the URL of a session store, which may hold a password; None for memory."""
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


def store_url() -> Kind:
    """The URL of a session store; its user name and password are never shown."""
    return Kind(parse_store_url, lambda value: without_secrets(value.reveal()) if value else "")


def boolean() -> Kind:
    """True or false."""
    return Kind(parse_boolean, lambda value: "true" if value else "false", flag=True)


def optional_boolean() -> Kind:
    """True, false, or as fits."""
    return Kind(
        parse_optional_boolean,
        lambda value: "auto" if value is None else "true" if value else "false",
    )


def duration() -> Kind:
    """A length of time."""
    return Kind(parse_duration, show_duration)


def size() -> Kind:
    """A number of bytes."""
    return Kind(parse_size, show_size)


def optional_size() -> Kind:
    """A number of bytes; ``none`` means no bound."""

    def parse(given: str) -> int | None:
        if given.strip().lower() == "none":
            return None
        try:
            return parse_size(given)
        except ValueError as error:
            raise ValueError(f"{error}, or none") from None

    return Kind(parse, _show_optional(show_size, "none"))


def header_name() -> Kind:
    """The name of an HTTP header (RFC 9110: a token), or nothing."""

    def parse(given: str) -> str | None:
        name = given.strip()
        if name and _TOKEN.fullmatch(name) is None:
            raise ValueError("the name of a header, such as X-Forwarded-User")
        return name or None

    return Kind(parse, _show_optional(str))


def integer(low: int, high: int | None = None, *, optional: bool = False) -> Kind:
    """A whole number within bounds; where it is optional, ``none`` means no bound."""
    wanted = (
        f"a whole number from {low} to {high}" if high is not None else f"a whole number from {low}"
    )
    if optional:
        wanted += ", or none"

    def parse(given: str) -> int | None:
        word = given.strip()
        if optional and word.lower() == "none":
            return None
        if not (word.isascii() and word.isdigit()) or len(word) > 18:
            raise ValueError(wanted)
        number = int(word)
        if number < low or (high is not None and number > high):
            raise ValueError(wanted)
        return number

    return Kind(parse, _show_optional(str, "none"))


def choice(*choices: str) -> Kind:
    """One of some words, in any case."""

    def parse(given: str) -> str:
        word = given.strip().lower()
        if word not in choices:
            raise ValueError(f"{', '.join(choices[:-1])} or {choices[-1]}")
        return word

    return Kind(parse, choices=choices)


def listing(parse_item: Callable[[str], Any] = str.strip, separator: str = ",") -> Kind:
    """Several of something, divided by commas."""

    def parse(given: str) -> tuple[Any, ...]:
        return tuple(parse_item(item) for item in given.split(separator) if item.strip())

    return Kind(parse, lambda items: separator.join(str(item) for item in items), takes_empty=True)


def paths() -> Kind:
    """Several folders."""
    return listing(lambda item: Path(os.path.expanduser(item.strip())))


def path() -> Kind:
    """A folder or file, or nothing."""
    return Kind(lambda item: Path(os.path.expanduser(item.strip())), _show_optional(str))


def root_path() -> Kind:
    """A URL path."""
    return Kind(parse_root_path, takes_empty=True)


def base_url() -> Kind:
    """A URL, or nothing."""
    return Kind(parse_base_url, _show_optional(str))


def _show_optional(show: Callable[[Any], str], nothing: str = "") -> Callable[[Any], str]:
    return lambda value: nothing if value is None else show(value)
