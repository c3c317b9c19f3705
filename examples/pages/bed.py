"""One bed: the page gets its number from the address, such as /bed/2."""

import ipywidgets as widgets
from _garden import BEDS, bars

import sundog


def Page(number: int = 3) -> widgets.Widget:
    """Return the page of a bed; its number is the part of the address after /bed."""
    bed = BEDS.get(number)
    if bed is None:
        return widgets.HTML(f"<h1>There is no bed {number}</h1>")
    sundog.set_title(bed.plant)
    following = widgets.Button(description="Next bed")
    following.on_click(lambda _: sundog.navigate(f"/bed/{number % len(BEDS) + 1}"))
    return widgets.VBox([widgets.HTML(f"<h1>{bed.plant}</h1>{bars(bed)}"), following])
