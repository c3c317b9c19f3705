"""The kinds of settings: how their text is parsed and formatted."""

from __future__ import annotations

import enum
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sundog.config import parse
from sundog.durations import parse_duration, show_duration
from sundog.urls import MASK, without_secrets

# Stands for a number that the server finds itself.
AUTO: Final = -1

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kind:
    """How a setting's text is parsed, and how its value is formatted."""

    parse: Callable[[str], Any]
    show: Callable[[Any], str] = str
    takes_empty: bool = False
    flag: bool = False
    choices: tuple[str, ...] = ()


def text() -> Kind:
    """Any text."""
    return Kind(str, takes_empty=True)


def optional_text() -> Kind:
    """Any text, or nothing."""
    return Kind(lambda given: given.strip() or None, _show_optional(str))


def secret() -> Kind:
    """Text that is never shown."""
    return Kind(parse.Secret, lambda value: MASK if value else "")


def store_url() -> Kind:
    """The URL of a session store; its user name and password are never shown."""
    return Kind(
        parse.parse_store_url, lambda value: without_secrets(value.reveal()) if value else ""
    )


def boolean() -> Kind:
    """True or false."""
    return Kind(parse.parse_boolean, lambda value: "true" if value else "false", flag=True)


def optional_boolean() -> Kind:
    """True, false or auto."""
    return Kind(
        parse.parse_optional_boolean,
        lambda value: "auto" if value is None else "true" if value else "false",
    )


def duration() -> Kind:
    """A length of time."""
    return Kind(parse_duration, show_duration)


def size() -> Kind:
    """A number of bytes."""
    return Kind(parse.parse_size, parse.show_size)


def optional_size() -> Kind:
    """A number of bytes; ``none`` means no limit."""

    def read(given: str) -> int | None:
        if given.strip().lower() == "none":
            return None
        try:
            return parse.parse_size(given)
        except ValueError as error:
            raise ValueError(f"{error}, or none") from None

    return Kind(read, _show_optional(parse.show_size, "none"))


def automatic(kind: Kind) -> Kind:
    """What another kind takes, or ``auto``, which is read as `AUTO`."""

    def read(given: str) -> Any:
        if given.strip().lower() == "auto":
            return AUTO
        try:
            return kind.parse(given)
        except ValueError as error:
            raise ValueError(f"{error}, or auto") from None

    return Kind(read, lambda value: "auto" if value == AUTO else kind.show(value))


def header_name() -> Kind:
    """The name of an HTTP header (RFC 9110: a token), or nothing."""

    def read(given: str) -> str | None:
        name = given.strip()
        if name and _TOKEN.fullmatch(name) is None:
            raise ValueError("the name of a header, such as X-Forwarded-User")
        return name or None

    return Kind(read, _show_optional(str))


def integer(low: int, high: int | None = None, *, optional: bool = False) -> Kind:
    """A whole number within bounds; if it is optional, ``none`` means no limit."""
    wanted = (
        f"a whole number from {low} to {high}" if high is not None else f"a whole number from {low}"
    )
    if optional:
        wanted += ", or none"

    def read(given: str) -> int | None:
        word = given.strip()
        if optional and word.lower() == "none":
            return None
        if not (word.isascii() and word.isdigit()) or len(word) > 18:
            raise ValueError(wanted)
        number = int(word)
        if number < low or (high is not None and number > high):
            raise ValueError(wanted)
        return number

    return Kind(read, _show_optional(str, "none"))


def choice(*choices: str) -> Kind:
    """One of several words, in any case."""

    def read(given: str) -> str:
        word = given.strip().lower()
        if word not in choices:
            raise ValueError(f"{', '.join(choices[:-1])} or {choices[-1]}")
        return word

    return Kind(read, choices=choices)


def listing(parse_item: Callable[[str], Any] = str.strip, separator: str = ",") -> Kind:
    """A list separated by commas."""

    def read(given: str) -> tuple[Any, ...]:
        return tuple(parse_item(item) for item in given.split(separator) if item.strip())

    return Kind(read, lambda items: separator.join(str(item) for item in items), takes_empty=True)


def paths() -> Kind:
    """Several folders."""
    return listing(lambda item: Path(os.path.expanduser(item.strip())))


def path() -> Kind:
    """A folder or file, or nothing."""
    return Kind(lambda item: Path(os.path.expanduser(item.strip())), _show_optional(str))


def root_path() -> Kind:
    """A URL path."""
    return Kind(parse.parse_root_path, takes_empty=True)


def editor() -> Kind:
    """A URL that opens a file in an editor, or nothing."""
    return Kind(parse.parse_editor, _show_optional(str))


def base_url() -> Kind:
    """A URL, or nothing."""
    return Kind(parse.parse_base_url, _show_optional(str))


def _show_optional(show: Callable[[Any], str], nothing: str = "") -> Callable[[Any], str]:
    return lambda value: nothing if value is None else show(value)


def words(kinds: type[enum.StrEnum]) -> Kind:
    """One of an enumeration's words, in any case."""
    kind = choice(*kinds)
    return Kind(lambda given: kinds(kind.parse(given)), choices=kind.choices)
