"""The event app: a slider writes its value to a label."""

import ipywidgets as widgets

slider = widgets.IntSlider(min=0, max=1_000_000_000)
label = widgets.Label(value="value 0")


def show(change: dict[str, int]) -> None:
    label.value = f"value {change['new']}"


slider.observe(show, "value")
page = widgets.VBox([slider, label])
