"""rich: tables, colours and live displays."""

import ipywidgets as widgets
import rich
from rich.table import Table

out = widgets.Output()
rows = widgets.IntSlider(value=3, min=1, max=8, description="Rows")
status = widgets.Label()
color = "magenta"


def show(_=None):
    table = Table(title="Squares")
    table.add_column("n")
    table.add_column("square", style=color)
    for number in range(rows.value):
        table.add_row(str(number), str(number**2))
    out.clear_output(wait=True)
    with out:
        rich.print(table)
        rich.print("[bold green]done[/]", {"rows": rows.value})
    status.value = f"In Python: {rows.value} rows"


def recolor(_):
    global color
    color = "cyan" if color == "magenta" else "magenta"
    show()


rows.observe(show, "value")
show()
button = widgets.Button(description="Other colour")
button.on_click(recolor)

page = widgets.VBox([widgets.HTML("<h1>rich</h1>"), rows, out, button, status])
