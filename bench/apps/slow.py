"""The small app, after half a second of work that each page needs for itself."""

import time

import ipywidgets as widgets

end = time.thread_time() + 0.5
while time.thread_time() < end:
    pass
slider = widgets.IntSlider(description="slider", min=0, max=1_000_000)
label = widgets.Label(value="value 0")
button = widgets.Button(description="button")


def show(change: dict[str, int]) -> None:
    label.value = f"value {change['new']}"


slider.observe(show, "value")
page = widgets.VBox([slider, label, button])
