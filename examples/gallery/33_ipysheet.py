"""ipysheet: cells that are edited in the page and computed in Python."""

import ipysheet
import ipywidgets as widgets

sheet = ipysheet.sheet(rows=3, columns=2, row_headers=["a", "b", "sum"], column_headers=False)
first = ipysheet.cell(0, 0, value=2, type="numeric")
second = ipysheet.cell(1, 0, value=3, type="numeric")
total = ipysheet.cell(2, 0, value=5, type="numeric", read_only=True)
status = widgets.Label("In Python: 2 + 3 = 5")


def add(_):
    total.value = (first.value or 0) + (second.value or 0)
    status.value = f"In Python: {first.value} + {second.value} = {total.value}"


first.observe(add, "value")
second.observe(add, "value")
double = widgets.Button(description="Double b")
double.on_click(lambda _: setattr(second, "value", 2 * second.value))

page = widgets.VBox([widgets.HTML("<h1>ipysheet</h1>"), sheet, double, status])
