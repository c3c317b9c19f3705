"""plotly: plain figures in an Output, redrawn for every value of a slider."""

import ipywidgets as widgets
import plotly.graph_objects as go
from IPython.display import display

waves = widgets.IntSlider(description="Waves", value=3, min=1, max=12)
color = widgets.Button(description="Change the colour")
status, out = widgets.Label(), widgets.Output()
colors = ["#0ea5e9", "#f43f5e", "#22c55e"]


def draw(_=None):
    angle = list(range(0, 361, 3))
    radius = [2 + (index * waves.value % 120) / 60 for index in range(len(angle))]
    line = go.Scatterpolar(r=radius, theta=angle, mode="lines", line={"color": colors[0]})
    with out:
        out.clear_output(wait=True)
        display(go.Figure(line, layout={"height": 380, "template": "plotly_white"}))
    status.value = f"In Python: {waves.value} waves"


@color.on_click
def change_color(_):
    colors.append(colors.pop(0))
    draw()


waves.observe(draw, "value")
draw()

page = widgets.VBox(
    [widgets.HTML("<h1>plotly in an Output</h1>"), widgets.HBox([waves, color]), out, status]
)
