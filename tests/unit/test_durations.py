"""Lengths of time as people write them."""

from datetime import timedelta

import pytest

from sundog.durations import parse_duration, seconds, show_duration


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24h", 86400),
        ("1m", 60),
        ("2d", 172800),
        ("3h", 10800),
        ("30s", 30),
        ("45", 45),
        ("250ms", 0.25),
        ("1.5h", 5400),
        (".5", 0.5),
        (" 7s ", 7),
        ("0", 0),
    ],
)
def test_durations(text: str, expected: float) -> None:
    assert parse_duration(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text", ["", "h", "1x", "1 h", "-1", "1h30m", "1H", "1e3", "nan", "inf", "1,5", "٣s", "1us"]
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="30s or 2d"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("given", "text"),
    [(86400, "1d"), (5400, "90m"), (0.25, "250ms"), (0, "0s"), (10, "10s"), (0.0001, "0.0001s")],
)
def test_durations_are_shown_in_the_largest_whole_unit(given: float, text: str) -> None:
    assert show_duration(given) == text


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("90s", 90),
        (" 1.5 H ", 5400),
        ("30", 30),
        (2, 2),
        (0.5, 0.5),
        (timedelta(minutes=2), 120),
    ],
)
def test_expiry_is_a_number_a_text_or_a_timedelta(
    given: float | str | timedelta, expected: float
) -> None:
    assert seconds(given) == expected


@pytest.mark.parametrize("given", ["soon", "", "1h30m"])
def test_expiry_that_is_not_a_duration(given: str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        seconds(given)


@pytest.mark.parametrize("given", [0, -1, float("nan"), "0s", timedelta(0)])
def test_expiry_is_in_the_future(given: float | str | timedelta) -> None:
    with pytest.raises(ValueError, match="greater than zero"):
        seconds(given)
