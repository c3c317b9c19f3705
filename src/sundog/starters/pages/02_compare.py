"""The second page, at the address /compare."""

import ipywidgets as widgets
from _interest import after

rates = widgets.SelectMultiple(
    options=[1.0, 2.0, 4.0, 6.0, 8.0], value=[2.0, 4.0], description="Interest, %"
)
table = widgets.HTML()


def show(_: object = None) -> None:
    rows = "".join(
        f"<tr><td>{rate:g} %</td><td>{after(20, 200, rate):,.0f}</td></tr>" for rate in rates.value
    )
    table.value = f"<table><tr><th>Interest</th><th>After 20 years</th></tr>{rows}</table>"


rates.observe(show, "value")
show()

widgets.VBox([widgets.HTML("<h2>Compare</h2>"), rates, table])
