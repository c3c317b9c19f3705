"""The documentation says how many cases are tried; these are they."""

from __future__ import annotations

from pathlib import Path

from tests.integration.security.test_files import ABSOLUTE, ROUTES, UPS
from tests.integration.security.test_frames import BREAKS
from tests.integration.security.test_origins_and_hosts import FOREIGN, OWN
from tests.integration.security.test_proxies import CLAIMS

PAGE = Path(__file__).parents[3] / "docs" / "reliability.md"


def rows() -> list[str]:
    """Return the lines of the table."""
    # Each way up is tried from every depth and one more, and from far up to two known files.
    ups = sum(len(UPS) * (depth + 1 + 2) for depth in ROUTES.values())
    absolute = len(ROUTES) * len(ABSOLUTE)
    return [
        f"| `Origin` values refused, accepted | {len(FOREIGN)}, {len(OWN)} |",
        f"| paths out of {len(ROUTES)} static routes: {len(UPS)} ways to write a parent folder,"
        f" each from several depths; {len(ABSOLUTE)} other names | {ups + absolute:,} |",
        f"| frames that end their own connection and nothing else | {len(BREAKS)} |",
        f"| headers with which an untrusted client claims another identity | {len(CLAIMS)} |",
    ]


def test_the_page_says_how_many() -> None:
    text = PAGE.read_text()
    assert [row for row in rows() if row not in text] == []
