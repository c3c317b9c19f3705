"""Compares values, including those whose `==` does not return a bool."""

from __future__ import annotations

from typing import Any


def same_value(one: Any, other: Any) -> bool:
    """Return whether two values are the same.

    Arrays and data frames are the same if they have the same shape and elements, NaN is the same as
    NaN, and lists, tuples and dicts are compared by their items. Values that can't be compared are
    the same only if they are one object.

    Example:
        >>> same_value([float("nan")], [float("nan")])
        True
    """
    if one is other:
        return True
    try:
        return _same(one, other)
    except Exception:  # noqa: BLE001 - `==` is the code of others
        return False


def _same(one: Any, other: Any) -> bool:
    if type(one) is dict and type(other) is dict:
        return one.keys() == other.keys() and all(same_value(one[key], other[key]) for key in one)
    if type(one) is type(other) and type(one) in (list, tuple):
        return len(one) == len(other) and all(map(same_value, one, other))
    equals = getattr(one, "equals", None)
    if callable(equals) and type(one) is type(other):
        # Data frames, series and Arrow tables have their own method.
        return bool(equals(other))
    shapes = getattr(one, "shape", None), getattr(other, "shape", None)
    if shapes == (None, None):
        return bool(one == other) or bool(one != one and other != other)
    if shapes[0] != shapes[1] or type(one) is not type(other):
        return False
    equal = (one == other) | ((one != one) & (other != other))
    return bool(equal.all())
