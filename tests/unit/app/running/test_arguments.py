"""Parts of an address become a function's arguments."""

from __future__ import annotations

import datetime
import enum
from pathlib import PurePosixPath
from typing import Any, Literal

import pytest

from sundog.app.running.arguments import bind, takes_any


class Colour(enum.Enum):
    RED = "red"


class Own:
    def __init__(self, text: str) -> None:
        if not text.startswith("own"):
            raise KeyError(text)
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Own) and other.text == self.text


def nothing() -> None: ...
def plain(name, other="x") -> None: ...  # type: ignore[no-untyped-def]
def numbers(a: int, b: float = 1.0) -> None: ...
def many(first: str, *rest: int) -> None: ...
def kinds(a: bool, b: Colour, c: datetime.date, d: Literal["x", "y"], e: int | None) -> None: ...
def others(path: PurePosixPath, own: Own, anything: Any) -> None: ...
def unknown(a: NoSuchName) -> None: ...  # type: ignore[name-defined]  # noqa: F821
def named(*, key: str) -> None: ...
def loose(*, key: str = "", **more: str) -> None: ...


@pytest.mark.parametrize(
    ("function", "parts", "values"),
    [
        (nothing, "", ()),
        (nothing, "a", None),
        (plain, "", None),
        (plain, "a/5", ("a", "5")),
        (plain, "a/b/c", None),
        (numbers, "7", (7,)),
        (numbers, "-7/2.5", (-7, 2.5)),
        (numbers, "seven", None),
        (numbers, "7.5", None),
        (many, "a/1/2", ("a", 1, 2)),
        (many, "a/1/b", None),
        (kinds, "true/red/2026-11-24/y/3", (True, Colour.RED, datetime.date(2026, 11, 24), "y", 3)),
        (kinds, "true/blue/2026-11-24/y/3", None),
        (kinds, "true/red/2026-13-24/y/3", None),
        (kinds, "true/red/2026-11-24/z/3", None),
        (others, "a.b/own1/x", (PurePosixPath("a.b"), Own("own1"), "x")),
        (others, "a.b/not/x", None),
        (unknown, "a", ("a",)),
        (named, "", None),
        (loose, "", ()),
    ],
)
def test_bind(function: Any, parts: str, values: tuple[Any, ...] | None) -> None:
    assert bind(function, parts.split("/") if parts else []) == values


def test_whether_there_are_any() -> None:
    assert [takes_any(function) for function in (nothing, plain, many, named, loose)] == [
        *(False, True, True, False, False)
    ]
