"""The text of a stream."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sundog.output.text import StreamText


def text_of(*pieces: str) -> str:
    text = StreamText()
    for piece in pieces:
        text.add(piece)
    assert text.size == len(str(text))
    return str(text)


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (["10%\r", "20%\r", "30%"], "30%"),
        (["a\n1\r2", "\r3\nb"], "a\n3\nb"),
        (["one\r\n", "two\r\n"], "one\ntwo\n"),
        (["one\r", "\ntwo"], "one\ntwo"),
        (["x\r"], "x\r"),
        (["keep\n", "1\r2\r3\r"], "keep\n3\r"),
        # What is longer than what overwrites it keeps its end, and the cursor stays.
        (["100 files", "\r99\n"], "990 files\n"),
        (["abc\rX", "Y\n"], "XYc\n"),
        # With colours, columns cannot be counted.
        (["\x1b[32mgreen\x1b[0m", "\rred\n"], "red\n"),
        (["\x1b[32m50%\x1b[0m\r"], "\x1b[32m50%\x1b[0m\r"),
    ],
)
def test_a_carriage_return_overwrites_the_line(pieces: list[str], text: str) -> None:
    assert text_of(*pieces) == text


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (["|", "\b/", "\b-\n"], "-\n"),
        (["abc\b\bX"], "aX"),
        (["a\n", "\bb"], "a\n\bb"),
        (["5/10", "\b" * 4, "6/10"], "6/10"),
    ],
)
def test_a_backspace_deletes_the_character_before(pieces: list[str], text: str) -> None:
    assert text_of(*pieces) == text


@given(st.lists(st.text(alphabet="ab\n\r", max_size=6)))
def test_pieces_make_no_difference_at_the_end_of_lines(pieces: list[str]) -> None:
    assert text_of(*pieces, "\n") == text_of("".join(pieces) + "\n")


def test_cutting_counts_lines_and_keeps_whole_ones() -> None:
    text = StreamText()
    text.add("one\ntwo\nthree\nfo")
    text.cut(9)
    assert str(text) == "… 2 earlier lines were cut off\nthree\nfo"
    text.add("ur\n")
    text.cut(5)
    assert str(text) == "… 3 earlier lines were cut off\nfour\n"
    text.cut(0)
    assert str(text) == "… 4 earlier lines were cut off\n"
    assert text.size == 0


def test_cutting_one_line() -> None:
    text = StreamText()
    text.add("one\n")
    text.add("two\r")
    text.cut(4)
    assert str(text) == "… 1 earlier line was cut off\ntwo\r"
    text.add("TWO!\n")
    assert str(text) == "… 1 earlier line was cut off\nTWO!\n"
