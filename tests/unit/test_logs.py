"""What may stand in a log line."""

import logging
import sys

import pytest

from sundog.logs import LineFormatter, clean


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain é ✓", "plain é ✓"),
        ("a\x1b[31mred", r"a\x1b[31mred"),
        ("a\rb\x00\x9b\u2028", r"a\rb\x00\x9b\u2028"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        (
            'GET /a/_sundog/kernel/0123456789abcdef.mac/socket?page=x" 101',
            'GET /a/_sundog/kernel/01234567/socket?page=x" 101',
        ),
        (
            "< cookie: a=b; solara-session-id=0123456789abcdef.xyz.signature; c=d",
            "< cookie: a=b; solara-session-id=01234567; c=d",
        ),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_the_text_of_an_error_cannot_begin_a_line() -> None:
    forged = "12:00:00 INFO    the server is fine"
    try:
        raise ValueError(f"bad\n{forged}\r{forged}\u2028{forged}\x1b[1A{forged}")
    except ValueError:
        exc_info = sys.exc_info()
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, f"app\n{forged}", (), exc_info)
    first, *others = LineFormatter().format(record).splitlines()
    assert first.endswith("app")
    assert all(line.startswith("  ") for line in others)
    assert len([line for line in others if forged in line]) == 2


def test_a_record() -> None:
    try:
        raise ValueError("bad\x1b[2J")
    except ValueError:
        exc_info = sys.exc_info()
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "%s", ("a\x1bb",), exc_info)
    text = LineFormatter().format(record)
    assert r"ERROR   a\x1bb" in text
    assert "ValueError" in text
    assert "\x1b" not in text
