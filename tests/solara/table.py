"""The table of docs/solara-apps.md: a row for each page, with what a visit found."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.solara.website import Outcome

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "solara-apps.md"
BEGIN, END = "<!-- begin: table of pages -->", "<!-- end: table of pages -->"

# Why pages do not work that are not Sundog's doing, or not yet.
REASONS: dict[str, str] = {}


def write(outcomes: Iterable[Outcome]) -> None:
    """Put the rows into the page."""
    rows = list(outcomes)
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    working = sum(outcome.works for outcome in rows)
    lines = [
        f"**{working} of {len(rows)}** pages work.",
        "",
        "| page | works | remarks |",
        "| --- | --- | --- |",
        *(row(outcome) for outcome in rows),
    ]
    table = "\n".join(lines)
    DOCUMENT.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


def row(outcome: Outcome) -> str:
    """Return a page's line."""
    remarks = []
    if not outcome.works:
        remarks.append(REASONS.get(outcome.address, "; ".join(outcome.problems)))
    if outcome.hosts:
        remarks.append(f"what comes from {', '.join(sorted(outcome.hosts))} is missing offline")
    text = "; ".join(remarks).replace("|", "\\|").replace("\n", " ")
    return f"| `{outcome.address}` | {'yes' if outcome.works else 'no'} | {text} |"


def known_failures() -> set[str]:
    """Return the pages that the table says do not work."""
    _, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    lines = rest.partition(END)[0].splitlines()
    cells = [line.strip("| ").split(" | ") for line in lines if line.startswith("| `")]
    return {cell[0].strip("`") for cell in cells if cell[1] == "no"}
