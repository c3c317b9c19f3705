"""itables: any data frame as a table that can be sorted, searched and selected from."""

import ipywidgets as widgets
import numpy as np
import pandas as pd
from itables.widget import ITable

random = np.random.default_rng(3)
frame = pd.DataFrame(
    {"star": [f"star {number}" for number in range(1, 31)], "light": random.random(30).round(3)}
)

table = ITable(frame, select=True, lengthMenu=[8, 15], classes="display compact")
observe = widgets.Button(description="Observe again")
status = widgets.Label()


@observe.on_click
def observe_again(_):
    table.update(frame.assign(light=random.random(30).round(3)))


def tell(_=None):
    status.value = f"In Python: chosen rows = {table.selected_rows}"


table.observe(tell, "selected_rows")
tell()

page = widgets.VBox(
    [widgets.HTML("<h1>itables</h1>"), table, observe, status],
    layout=widgets.Layout(max_width="640px"),
)
