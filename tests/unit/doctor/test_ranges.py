"""Version ranges as npm has them."""

from __future__ import annotations

import pytest

from sundog.doctor.ranges import satisfies


@pytest.mark.parametrize(
    ("version", "wanted", "expected"),
    [
        ("3.1.1", "^3.1.1", True),
        ("3.2.0", "^3.1.1", True),
        ("4.0.0", "^3.1.1", False),
        ("0.5.9", "^0.5.1", True),
        ("0.6.0", "^0.5.1", False),
        ("0.6.1", "^0.5", False),
        ("0.0.3", "^0.0.3", True),
        ("0.0.4", "^0.0.3", False),
        ("1.9.0", "^1", True),
        ("1.2.9", "~1.2.3", True),
        ("1.3.0", "~1.2.3", False),
        ("1.9.0", "~1", True),
        ("1.2.3", "1.2.3", True),
        ("1.2.4", "1.2.3", False),
        ("1.2.4", "1.2", True),
        ("1.2.4", "1.2.x", True),
        ("1.3.0", "1.2.x", False),
        ("9.9.9", "*", True),
        ("9.9.9", "", True),
        ("1.64.3", ">=1.64 <1.65", True),
        ("1.65.0", ">=1.64 <1.65", False),
        ("2.0.0", ">1.2.3", True),
        ("1.2.3", ">1.2.3", False),
        ("1.2.3", "<=1.2", True),
        ("1.5.0", "1.2.3 - 2.0.0", True),
        ("4.0.1", "^2.1.0 || ^3.0.0 || ^4.0.0", True),
        ("5.0.1", "^2.1.0 || ^3.0.0", False),
        ("3.1.0a2", "^3.1.0", True),
        ("3.1.0-alpha.2", "^3.1.0", True),
        ("dev", "^1.0.0", None),
        ("1.0.0", "git+https://host/x.git", None),
    ],
)
def test_satisfies(version: str, wanted: str, expected: bool | None) -> None:
    assert satisfies(version, wanted) is expected
