"""Code that the pages share. Files whose names start with an underscore are not pages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bed:
    """A bed: its plant, and the plant's height in each week, in centimetres."""

    plant: str
    heights: tuple[int, ...]


BEDS = {
    1: Bed("Beans", (2, 9, 24, 51, 88, 120)),
    2: Bed("Tomatoes", (5, 12, 25, 44, 70, 95)),
    3: Bed("Sunflowers", (3, 14, 40, 85, 140, 190)),
}


def bars(bed: Bed) -> str:
    """Return a bed's heights as HTML."""
    return "".join(
        '<div style="display:flex;gap:8px;white-space:nowrap;margin:2px 0">'
        f'<span style="width:5em">Week {week}</span>'
        f'<div style="width:{height * 2}px;background:#5a9e4b"></div>{height} cm</div>'
        for week, height in enumerate(bed.heights, 1)
    )
