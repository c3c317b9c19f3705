"""The small app: a slider that writes to a label, a button and a box."""

import ipywidgets as widgets

slider = widgets.IntSlider(description="slider", min=0, max=1_000_000)
label = widgets.Label(value="value 0")
button = widgets.Button(description="button")


def show(change: dict[str, int]) -> None:
    label.value = f"value {change['new']}"


slider.observe(show, "value")
page = widgets.VBox([slider, label, button])
