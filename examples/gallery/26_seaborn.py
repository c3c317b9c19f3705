"""seaborn: figures in an Output, redrawn when a control changes."""

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from IPython.display import display

generator = np.random.default_rng(1)
data = pd.DataFrame(
    {
        "length": generator.normal(5, 1, 300),
        "width": generator.normal(3, 0.5, 300),
        "kind": generator.choice(["setosa", "virginica", "versicolor"], 300),
    }
)
bins = widgets.IntSlider(value=12, min=4, max=40, description="Bins")
palette = widgets.Dropdown(options=["deep", "muted", "dark"], description="Palette")
out = widgets.Output()
status = widgets.Label()


def draw(_=None):
    figure, axes = plt.subplots(figsize=(6, 3))
    sns.histplot(data, x="length", hue="kind", bins=bins.value, palette=palette.value, ax=axes)
    with out:
        out.clear_output(wait=True)
        display(figure)
    plt.close(figure)
    status.value = f"In Python: {bins.value} bins, {palette.value}"


bins.observe(draw, "value")
palette.observe(draw, "value")
draw()


def next_palette(_):
    palette.index = (palette.index + 1) % len(palette.options)


button = widgets.Button(description="Next palette")
button.on_click(next_palette)

page = widgets.VBox([widgets.HTML("<h1>seaborn</h1>"), bins, palette, out, button, status])
