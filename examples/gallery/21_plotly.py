"""plotly: a FigureWidget whose clicks reach Python, and whose data Python changes."""

import random

import ipywidgets as widgets
import plotly.graph_objects as go

figure = go.FigureWidget(
    go.Bar(x=["ants", "bees", "cats", "dogs"], y=[4, 7, 2, 5]),
    layout={
        "title": {"text": "Who came?"},
        "yaxis": {"range": [0, 10]},
        "height": 360,
        "template": "plotly_white",
    },
)
bars = figure.data[0]

roll = widgets.Button(description="Count again")
status = widgets.Label("In Python: nothing has been clicked")
clicks = 0


@roll.on_click
def count_again(_):
    bars.y = [random.randint(1, 10) for _ in bars.x]


@bars.on_click
def tell(_, points, state):
    global clicks
    clicks += 1
    for x, y in zip(points.xs, points.ys, strict=True):
        status.value = f"In Python: click {clicks}, {y} {x}"


page = widgets.VBox([widgets.HTML("<h1>plotly</h1>"), figure, roll, status])
