"""The first page, at the address /."""

import ipywidgets as widgets
from _interest import after

deposit = widgets.IntSlider(value=200, min=0, max=1000, step=10, description="Each month")
years = widgets.IntSlider(value=20, min=1, max=40, description="Years")
total = widgets.HTML()


def show(_: object = None) -> None:
    saved = after(years.value, deposit.value, 4.0)
    total.value = f"<b>{saved:,.0f}</b> after {years.value} years at 4 %"


for control in (deposit, years):
    control.observe(show, "value")
show()

widgets.VBox([widgets.HTML("<h2>Savings</h2>"), deposit, years, total])
