"""jupyter_bokeh: a plot of Bokeh, and Bokeh's own controls, whose changes reach Python."""

import ipywidgets as widgets
import numpy as np
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, Slider
from bokeh.plotting import figure
from jupyter_bokeh.widgets import BokehModel

x = np.linspace(0, 10, 200)
source = ColumnDataSource({"x": x, "y": np.sin(x)})
plot = figure(height=300, width=500, title="A wave")
line = plot.line("x", "y", source=source, line_width=3, color="navy")
frequency = Slider(title="Frequency", start=1, end=10, value=1, step=1)
status = widgets.Label("In Python: frequency = 1")


def redraw(_attribute, _old, new):
    source.data = {"x": x, "y": np.sin(new * x)}
    status.value = f"In Python: frequency = {new}"


frequency.on_change("value", redraw)


def recolor(_):
    line.glyph.line_color = "crimson" if line.glyph.line_color == "navy" else "navy"


button = widgets.Button(description="Other colour")
button.on_click(recolor)

page = widgets.VBox(
    [widgets.HTML("<h1>Bokeh</h1>"), BokehModel(column(frequency, plot)), button, status]
)
