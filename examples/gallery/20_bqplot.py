"""bqplot: bars that can be selected with a click, and that Python animates."""

import random

import bqplot as bq
import ipywidgets as widgets

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug"]

across, up = bq.OrdinalScale(), bq.LinearScale(min=0, max=100)
bars = bq.Bars(
    x=MONTHS,
    y=[12, 19, 35, 50, 68, 81, 90, 84],
    scales={"x": across, "y": up},
    colors=["#6366f1"],
    interactions={"click": "select"},
    selected_style={"fill": "#f97316"},
)
figure = bq.Figure(
    marks=[bars],
    axes=[bq.Axis(scale=across), bq.Axis(scale=up, orientation="vertical", label="visitors")],
    title="Visitors",
    animation_duration=300,
    layout=widgets.Layout(width="100%", max_width="720px", height="360px"),
)

shuffle = widgets.Button(description="Shuffle")
status = widgets.Label()


@shuffle.on_click
def shuffle_bars(_):
    bars.y = random.sample(range(10, 100), len(MONTHS))


def tell(_=None):
    chosen = [MONTHS[index] for index in (bars.selected if bars.selected is not None else [])]
    status.value = f"In Python: chosen = {chosen}"


bars.observe(tell, "selected")
tell()

page = widgets.VBox([widgets.HTML("<h1>bqplot</h1>"), figure, shuffle, status])
