"""The big app: 100 labelled sliders in a box, which makes 302 models with layouts and styles."""

import ipywidgets as widgets

page = widgets.VBox([widgets.IntSlider(description=f"slider {i}") for i in range(100)])
