"""pandas: plain and styled tables."""

import ipywidgets as widgets
import pandas as pd
from IPython.display import display

data = pd.DataFrame(
    {"city": ["Oslo", "Rome", "Cairo"], "january": [-3, 8, 14], "july": [18, 27, 36]}
)
color = widgets.Dropdown(options=["coolwarm", "viridis", "Greens"], description="Colours")
plain, styled = widgets.Output(), widgets.Output()
status = widgets.Label()


def show(_=None):
    with plain:
        plain.clear_output(wait=True)
        display(data)
    with styled:
        styled.clear_output(wait=True)
        style = data.style.background_gradient(color.value, subset=["january", "july"])
        display(style.format("{:+d} °C", subset=["january", "july"]).hide(axis="index"))
    status.value = f"In Python: {color.value}"


def warm(_):
    data["july"] += 1
    show()


color.observe(show, "value")
show()
button = widgets.Button(description="One degree more")
button.on_click(warm)

page = widgets.VBox(
    [widgets.HTML("<h1>pandas</h1>"), color, widgets.HBox([plain, styled]), button, status]
)
