"""Compare two beds: a script whose last expression is the page."""

import ipywidgets as widgets
from _garden import BEDS, bars

title = "Compare"

names = {bed.plant: number for number, bed in BEDS.items()}
left = widgets.Dropdown(options=names, value=1, description="Left")
right = widgets.Dropdown(options=names, value=3, description="Right")
week = widgets.IntSlider(value=6, min=1, max=6, description="Week")
answer = widgets.HTML()
charts = widgets.HBox([widgets.HTML(), widgets.HTML()])


def show(_: object = None) -> None:
    first, second = BEDS[left.value], BEDS[right.value]
    charts.children[0].value = bars(first)
    charts.children[1].value = bars(second)
    difference = first.heights[week.value - 1] - second.heights[week.value - 1]
    answer.value = (
        f"In week {week.value}, {first.plant.lower()} were {abs(difference)} cm "
        f"{'taller' if difference > 0 else 'shorter'} than {second.plant.lower()}."
    )


for control in (left, right, week):
    control.observe(show, "value")
show()

widgets.VBox([widgets.HTML("<h1>Compare</h1>"), left, right, week, answer, charts])
