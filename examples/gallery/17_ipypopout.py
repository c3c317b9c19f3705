"""ipypopout: a part of the page in its own window, still the same widget."""

import ipypopout
import ipywidgets as widgets

slider = widgets.IntSlider(value=3, max=10, description="Shared")
status = widgets.Label()
widgets.dlink((slider, "value"), (status, "value"), lambda value: f"In Python: {value}")
panel = widgets.VBox([widgets.HTML("<b>Panel</b>"), slider])
reset = widgets.Button(description="Reverse")
reset.on_click(lambda _: setattr(slider, "value", 10 - slider.value))

page = widgets.VBox(
    [widgets.HTML("<h1>ipypopout</h1>"), panel, ipypopout.PopoutButton(panel), reset, status]
)
