"""Whether two values are the same: arrays, frames, NaN and what holds them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sundog.comparison import same_value

NAN = float("nan")


class NeverCompared:
    """Raises when it is compared."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no")


@pytest.mark.parametrize(
    "make",
    [
        lambda: 1,
        lambda: "text",
        lambda: NAN,
        lambda: np.array([1.0, NAN]),
        lambda: np.array([]),
        lambda: np.zeros((2, 3)),
        lambda: np.array(["a", None], dtype=object),
        lambda: pd.DataFrame({"x": [1.0, NAN]}),
        lambda: pd.Series([1, 2]),
        lambda: [np.arange(3), {"a": np.arange(2)}],
        lambda: (NAN, [NAN]),
    ],
)
def test_equal_values_are_the_same(make: Any) -> None:
    assert same_value(make(), make())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 2),
        (NAN, 1.0),
        (np.array([1, 2]), np.array([1, 3])),
        (np.array([1]), np.array([1, 1])),
        (np.array([]), np.array([1])),
        (np.array([1, 2]), [1, 2]),
        (None, np.array([1])),
        (pd.DataFrame({"x": [1]}), pd.DataFrame({"x": [2]})),
        ([np.arange(3)], [np.zeros(3)]),
        ({"a": 1}, {"b": 1}),
        ((1,), (1, 2)),
    ],
)
def test_different_values_are_not(one: Any, other: Any) -> None:
    assert not same_value(one, other)


def test_what_cannot_be_compared_is_the_same_only_as_itself() -> None:
    one = NeverCompared()
    assert same_value(one, one)
    assert not same_value(one, NeverCompared())


def test_what_holds_itself_is_compared_to_an_end() -> None:
    one: list[Any] = []
    one.append(one)
    other: list[Any] = []
    other.append(other)
    assert not same_value(one, [one, one])
    assert same_value(one, other) in (True, False)
