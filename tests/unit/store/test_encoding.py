"""How values become bytes and come back."""

from __future__ import annotations

import datetime
import decimal
import enum
import uuid
from collections import Counter, OrderedDict
from typing import Any, NamedTuple

import ipywidgets
import msgspec
import numpy
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sundog.errors import StoreValueError
from sundog.store.encoding import decode, encode, kind_of
from tests.stores import Cart

NOON = datetime.datetime(2024, 2, 29, 12, 0, 0, 5)
EAST = datetime.timezone(datetime.timedelta(hours=5, minutes=30))

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.datetimes()
    | st.dates()
    | st.times()
    | st.timedeltas(datetime.timedelta(-(10**6)), datetime.timedelta(10**6))
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.uuids(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


class Colour(enum.Enum):
    RED = "red"


class Point(NamedTuple):
    x: int
    y: int


class Filters(msgspec.Struct):
    since: datetime.date
    tags: frozenset[str] = frozenset()


class Word(str):
    __slots__ = ()


@given(PLAIN)
def test_plain_values_come_back_as_they_are(value: Any) -> None:
    assert decode(encode(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        Cart("Ann", ["pen"]),
        Filters(datetime.date(2024, 2, 29), frozenset({"a"})),
        Colour.RED,
        Point(1, 2),
        (1, 2),
        {1, 2},
        NOON.replace(tzinfo=EAST),
        decimal.Decimal("1.10"),
        uuid.UUID(int=5),
    ],
)
def test_values_come_back_as_their_type(value: Any) -> None:
    back = decode(encode(value), type(value))
    assert back == value
    assert type(back) is type(value)


def test_a_time_keeps_its_zone() -> None:
    back = decode(encode(NOON.replace(tzinfo=EAST)))
    assert back.utcoffset() == datetime.timedelta(hours=5, minutes=30)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (numpy.float64(1.5), 1.5),
        (numpy.int32(3), 3),
        (numpy.bool_(True), True),
        (numpy.array(7), 7),
        (numpy.str_("x"), "x"),
        (pandas.Timestamp(NOON), NOON),
        (Word("w"), "w"),
        ({Word("w"): [numpy.int8(1)]}, {"w": [1]}),
        (Counter("aab"), {"a": 2, "b": 1}),
        (OrderedDict(a=1), {"a": 1}),
        (bytearray(b"x"), b"x"),
    ],
)
def test_what_other_libraries_make_of_numbers_and_texts(value: Any, plain: Any) -> None:
    back = decode(encode(value))
    assert back == plain
    assert type(back) is type(plain)


def circle() -> list[Any]:
    items: list[Any] = []
    items.append(items)
    return items


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (int, "builtins.type"),
        (object(), "builtins.object"),
        ([{"a": range(3)}], "builtins.range"),
        (pandas.DataFrame(), "DataFrame"),
        (pandas.NaT, "NaTType"),
        (numpy.zeros(3), "numpy.ndarray"),
        (lambda: None, "builtins.function"),
        (2**64, "2..64"),
        ("\ud800", "surrogates"),
        (circle(), "contains itself"),
    ],
)
def test_what_cannot_be_kept(value: Any, reason: str) -> None:
    with pytest.raises(StoreValueError, match=rf"can't be stored: .*({reason})"):
        encode(value)


def test_of_a_widget_the_value_is_kept() -> None:
    with pytest.raises(StoreValueError, match=r"IntSlider\. .*for a widget, store its value"):
        encode({"slider": ipywidgets.IntSlider()})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc1",
        msgspec.msgpack.encode(msgspec.msgpack.Ext(77, b"")),
        msgspec.msgpack.encode(msgspec.msgpack.Ext(1, b"soon")),
        msgspec.msgpack.encode(1) + b"more",
    ],
)
@pytest.mark.parametrize("kind", [None, int])
def test_what_others_wrote(data: bytes, kind: Any) -> None:
    with pytest.raises(StoreValueError, match="not written by Sundog"):
        decode(data, kind)


@pytest.mark.parametrize(
    ("kind", "name"), [(int, "int"), (list[int], r"list\[int\]"), (int | None, r"int \| None")]
)
def test_another_type(kind: Any, name: str) -> None:
    with pytest.raises(StoreValueError, match=f"is not of type {name}: Expected"):
        decode(encode("x"), kind)


@pytest.mark.parametrize(
    ("default", "kind"),
    [
        (Cart("Ann"), Cart),
        (Filters(NOON.date()), Filters),
        (Colour.RED, Colour),
        (Point(1, 2), Point),
        ((), tuple),
        (set(), set),
        (0, None),
        ("", None),
        ([], None),
        (None, None),
        (NOON, None),
        (Word("w"), None),
        (object(), None),
    ],
)
def test_what_a_default_says_of_the_type(default: Any, kind: Any) -> None:
    assert kind_of(default) is kind
