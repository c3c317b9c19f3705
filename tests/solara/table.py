"""The table of docs/solara-apps.md: a row for each page, with what a visit found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.solara.website import Outcome

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "solara-apps.md"
BEGIN, END = "<!-- begin: table of pages -->", "<!-- end: table of pages -->"

# Why pages do not work, where what the browser says of it does not tell.
REASONS: dict[str, str] = {
    "/documentation/examples/ai/tokenizer": (
        "downloads the encoding of its tokenizer while it is imported"
    ),
    "/documentation/examples/general/live_update": "asks a server on the internet",
    "/documentation/examples/libraries/bqplot": (
        "bqplot 0.12 draws a rectangle of a negative width into the website's narrow column; "
        "reacton 1.11 can't import bqplot 0.13"
    ),
}


def write(outcomes: Iterable[Outcome], order: Sequence[str]) -> None:
    """Put the rows into the page, in an order of addresses; those of other pages stay."""
    rows = committed()
    rows.update({outcome.address: row(outcome) for outcome in outcomes})
    kept = [rows[address] for address in order if address in rows]
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    working = sum(cells(line)[1] == "yes" for line in kept)
    lines = [
        f"**{working} of {len(kept)}** pages work.",
        "",
        "| page | works | why not |",
        "| --- | --- | --- |",
        *kept,
    ]
    table = "\n".join(lines)
    DOCUMENT.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


def row(outcome: Outcome) -> str:
    """Return a page's line."""
    reason = REASONS.get(outcome.address, "; ".join(outcome.problems))
    text = "" if outcome.works else reason.replace("|", "\\|").replace("\n", " ")
    return f"| `{outcome.address}` | {'yes' if outcome.works else 'no'} | {text} |"


def cells(line: str) -> list[str]:
    """Return what stands in a line of the table."""
    return [cell.strip() for cell in line.strip().strip("|").split(" | ")]


def committed() -> dict[str, str]:
    """Return the table's lines, by address."""
    _, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    lines = rest.partition(END)[0].splitlines()
    return {cells(line)[0].strip("`"): line for line in lines if line.startswith("| `")}


def known_failures() -> set[str]:
    """Return the pages that the table says do not work."""
    return {address for address, line in committed().items() if cells(line)[1] == "no"}
