"""itables: tables in an Output, as notebooks show them; no widget of theirs is needed."""

import ipywidgets as widgets
import itables
import pandas as pd

scripts, out, told = widgets.Output(), widgets.Output(), widgets.Label()
with scripts:
    # Shows nothing, but brings the code that the tables are drawn with. It has to be in the page.
    # Frames that are displayed from now on are such tables, too: in this page, not in others.
    itables.init_notebook_mode(connected=False)

factor = widgets.IntSlider(description="Times", value=3, min=1, max=12)
reverse = widgets.Button(description="Turn it round")
numbers = list(range(1, 31))


def draw(_=None):
    frame = pd.DataFrame({"number": numbers, "product": [factor.value * n for n in numbers]})
    with out:
        out.clear_output(wait=True)
        itables.show(frame, classes="display compact", lengthMenu=[8, 15])
    told.value = f"In Python: the table of {factor.value}"


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
        told,
    ],
    layout=widgets.Layout(max_width="640px"),
)
