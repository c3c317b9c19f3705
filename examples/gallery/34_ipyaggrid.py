"""ipyaggrid: ag-Grid over a DataFrame."""

import ipyaggrid
import ipywidgets as widgets
import pandas as pd

towns = pd.DataFrame(
    {"town": ["Delft", "Gouda", "Leiden", "Tiel"], "people": [104, 75, 127, 42], "row": range(4)}
)
grid = ipyaggrid.Grid(
    grid_data=towns,
    grid_options={
        "columnDefs": [{"field": "town", "sortable": True}, {"field": "people", "editable": True}],
        "rowSelection": "single",
    },
    quick_filter=True,
    export_mode="auto",
    sync_on_edit=True,
    theme="ag-theme-balham",
    height=220,
)
status = widgets.Label("In Python: nothing is selected")


def tell(_):
    rows = grid.grid_data_out.get("rows")
    chosen = [] if rows is None else list(rows["town"])
    status.value = f"In Python: {', '.join(chosen) or 'nothing'} is selected"


grid.observe(tell, "_grid_data_up")
grid.observe(tell, "grid_data_out")


def grow(_):
    towns["people"] += 1
    grid.update_grid_data(towns)


button = widgets.Button(description="One more each")
button.on_click(grow)

page = widgets.VBox([widgets.HTML("<h1>ipyaggrid</h1>"), grid, button, status])
