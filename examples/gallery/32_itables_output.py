"""itables: tables in an Output, as in notebooks, without a widget."""

import ipywidgets as widgets
import itables
import pandas as pd

scripts, out, status = widgets.Output(), widgets.Output(), widgets.Label()
with scripts:
    # Shows nothing, but must be in the page: it contains the code that draws the tables.
    # Frames displayed from now on become such tables too, in this page only.
    itables.init_notebook_mode(connected=False)

factor = widgets.IntSlider(description="Times", value=3, min=1, max=12)
reverse = widgets.Button(description="Turn it round")
numbers = list(range(1, 31))


def draw(_=None):
    frame = pd.DataFrame({"number": numbers, "product": [factor.value * n for n in numbers]})
    with out:
        out.clear_output(wait=True)
        itables.show(frame, classes="display compact", lengthMenu=[8, 15])
    status.value = f"In Python: the table of {factor.value}"


@reverse.on_click
def turn_round(_):
    numbers.reverse()
    draw()


factor.observe(draw, "value")
draw()

page = widgets.VBox(
    [
        widgets.HTML("<h1>itables in an Output</h1>"),
        widgets.HBox([factor, reverse]),
        scripts,
        out,
        status,
    ],
    layout=widgets.Layout(max_width="640px"),
)
