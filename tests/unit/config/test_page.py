"""The page of the documentation that lists the settings."""

from pathlib import Path

from sundog.config import SPECS, as_markdown

PAGE = Path(__file__).parents[3] / "docs" / "settings.md"
HOW = "replace everything after the line of dashes by the output of `sundog settings --markdown`"


def test_the_page_is_up_to_date() -> None:
    _, _, tables = PAGE.read_text().partition("\n---\n\n")
    assert tables == as_markdown(), HOW


def test_every_setting_has_one_line() -> None:
    lines = [line for line in as_markdown().splitlines() if line.startswith("| `")]
    first = [line.split("`")[1] for line in lines]
    assert sorted(first) == sorted(spec.variables[0] for spec in SPECS.values())
