"""Explore curves with matplotlib: every page has its own figure, style and settings.

Run it with ``sundog run examples/matplotlib_explorer.py``. It needs matplotlib.
"""

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np

t = np.linspace(0, 2 * np.pi, 2000)

horizontal = widgets.IntSlider(3, 1, 12, description="Across")
vertical = widgets.IntSlider(4, 1, 12, description="Down")
phase = widgets.FloatSlider(value=90, min=0, max=180, step=5, description="Phase °")
style = widgets.Dropdown(
    options=["default", "ggplot", "dark_background", "seaborn-v0_8-whitegrid"], description="Style"
)
width = widgets.BoundedFloatText(value=1.5, min=0.5, max=5, step=0.5, description="Line")


def draw(horizontal, vertical, phase, style, width):
    with plt.style.context(style):
        _, axes = plt.subplots(figsize=(6, 6))
        angle = np.radians(phase)
        axes.plot(np.sin(horizontal * t + angle), np.sin(vertical * t), linewidth=width)
        axes.set_title(rf"$x = \sin({horizontal}t + {phase:.0f}°),\ y = \sin({vertical}t)$")
        axes.set_aspect("equal")
        plt.show()


controls = {
    "horizontal": horizontal,
    "vertical": vertical,
    "phase": phase,
    "style": style,
    "width": width,
}
plot = widgets.interactive_output(draw, controls)

widgets.VBox(
    [
        widgets.HTML("<h1>Lissajous curves</h1>"),
        widgets.HBox(
            [widgets.VBox(list(controls.values())), plot],
            layout=widgets.Layout(flex_flow="row wrap", grid_gap="2rem"),
        ),
    ],
    layout=widgets.Layout(padding="1rem"),
)
