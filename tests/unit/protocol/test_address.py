"""Where a page may be."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sundog.protocol.address import MAX_ADDRESS_LENGTH, Address

ADDRESS = st.text(string.ascii_letters + string.digits + "/?#%&=.-_~äé€", max_size=50)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("/", Address()),
        ("/?#", Address()),
        ("/a/b?x=1&y=%20#top", Address("/a/b", "?x=1&y=%20", "#top")),
        ("/a#b?c#d", Address("/a", "", "#b?c#d")),
        ("/?a?b\\c", Address("/", "?a?b\\c")),
        ("//elsewhere.example/a", Address("//elsewhere.example/a")),
    ],
)
def test_its_three_parts(text: str, place: Address) -> None:
    assert Address.parse(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "?a",
        "https://elsewhere.example/",
        "javascript:alert(1)",
        "/\\elsewhere.example",
        "/a b",
        "/a\n",
        "/\x00",
        "/?\x7f",
        "/" + "a" * MAX_ADDRESS_LENGTH,
    ],
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Address.parse(text)


@given(ADDRESS)
def test_nothing_is_lost(text: str) -> None:
    place = Address.parse("/" + text)
    assert place.href in ("/" + text, ("/" + text).replace("?#", "#").rstrip("?#"))
    assert Address.parse(place.href) == place


def test_the_paths_parts_are_decoded_each() -> None:
    assert Address.parse("/").parts == ()
    assert Address.parse("//a//%C3%A4%2Fb/../%ff/").parts == ("a", "ä/b", "..", "\ufffd")
