"""How savings grow: a page of plain ipywidgets.

Serve it with `sundog run app.py`. Save this file, and the open page updates.
"""

import ipywidgets as widgets

deposit = widgets.IntSlider(value=200, min=0, max=1000, step=10, description="Each month")
rate = widgets.FloatSlider(value=4.0, min=0.0, max=10.0, step=0.1, description="Interest, %")
years = widgets.IntSlider(value=20, min=1, max=40, description="Years")
chart = widgets.HTML()
total = widgets.HTML()


def savings() -> list[float]:
    """Return the savings after each year."""
    saved, by_year = 0.0, []
    for _ in range(years.value):
        saved = (saved + 12 * deposit.value) * (1 + rate.value / 100)
        by_year.append(saved)
    return by_year


def show(_: object = None) -> None:
    """Draw the bars. Runs only for the page whose control was moved."""
    by_year = savings()
    highest = max(*by_year, 1.0)
    bars = "".join(
        f'<div title="Year {year}: {saved:,.0f}"'
        f' style="flex:1;height:{max(1, round(100 * saved / highest))}%;background:#f5a623"></div>'
        for year, saved in enumerate(by_year, 1)
    )
    chart.value = f'<div style="display:flex;align-items:end;gap:2px;height:12em">{bars}</div>'
    total.value = f"<b>{by_year[-1]:,.0f}</b> after {years.value} years"


for control in (deposit, rate, years):
    control.observe(show, "value")
show()

# The page is the value of the last expression.
widgets.VBox([widgets.HTML("<h2>Savings</h2>"), deposit, rate, years, chart, total])
