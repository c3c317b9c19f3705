"""ipydatagrid: a table on a canvas for up to millions of rows; cells can be selected and edited."""

import ipywidgets as widgets
import numpy as np
import pandas as pd
from ipydatagrid import BarRenderer, DataGrid, Expr, TextRenderer

random = np.random.default_rng(7)
cities = ["Aarhus", "Bologna", "Coimbra", "Ghent", "Uppsala"]
frame = pd.DataFrame({"stock": random.integers(0, 100, 5), "price": 9.5}, index=cities)
frame.index.name = "city"

grid = DataGrid(
    frame,
    editable=True,
    selection_mode="cell",
    base_row_size=32,
    base_column_size=160,
    renderers={
        "stock": BarRenderer(bar_color="#93c5fd", bar_value=Expr("cell.value / 100")),
        "price": TextRenderer(horizontal_alignment="right"),
    },
    layout={"height": "200px", "width": "520px"},
)
count = widgets.Button(description="Count the stock")
status = widgets.Label("In Python: nothing is chosen")


@count.on_click
def count_stock(_):
    grid.data = frame.assign(stock=random.integers(0, 100, 5))


def tell(_):
    cells = [(cell["r1"], cell["c1"]) for cell in grid.selections]
    status.value = f"In Python: chosen = {cells}, {grid.selected_cell_values}"


grid.observe(tell, "selections")

page = widgets.VBox([widgets.HTML("<h1>ipydatagrid</h1>"), grid, count, status])
