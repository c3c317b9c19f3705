"""A loan calculator: sliders on the left, key figures, a chart and a table on the right.

Run it with ``sundog run examples/dashboard.py``. It needs only ipywidgets.
"""

from dataclasses import dataclass

import ipywidgets as widgets


@dataclass(frozen=True)
class Year:
    number: int
    interest: float
    repaid: float
    balance: float


def schedule(amount: float, rate: float, years: int, extra: float) -> list[Year]:
    """Return how a loan is paid back with a fixed monthly payment and an extra amount."""
    monthly = rate / 1200
    payment = (
        amount * monthly / (1 - (1 + monthly) ** (-12 * years))
        if monthly
        else amount / (12 * years)
    )
    rows, balance = [], amount
    for number in range(1, years + 1):
        interest = repaid = 0.0
        for _ in range(12):
            due = balance * monthly
            part = min(balance, payment - due + extra)
            interest, repaid, balance = interest + due, repaid + part, balance - part
        rows.append(Year(number, interest, repaid, balance))
        if balance < 0.01:
            break
    return rows


def money(value: float) -> str:
    return f"€ {value:,.0f}"


def card(title: str, value: str, color: str) -> str:
    return f"""
      <div style="padding:.8rem 1rem; white-space:nowrap; border-radius:12px;
                  background:{color}1f; border-left:4px solid {color}">
        <div style="opacity:.7; font-size:.85rem">{title}</div>
        <div style="font-size:1.25rem; font-weight:600; line-height:2.2rem">{value}</div>
      </div>"""


def chart(rows: list[Year], amount: float) -> str:
    """Draw the balance at the end of each year."""
    width, height, gap = 640, 200, 4
    step = width / len(rows)
    bars = "".join(
        f'<rect x="{i * step + gap / 2:.1f}" y="{height * (1 - row.balance / amount):.1f}" rx="3" '
        f'width="{step - gap:.1f}" height="{height * row.balance / amount:.1f}" fill="#3b82f6">'
        f"<title>after year {row.number}: {money(row.balance)}</title></rect>"
        for i, row in enumerate(rows)
    )
    return f"""
      <svg viewBox="0 0 {width} {height + 24}" role="img" style="width:100%; max-width:760px"
           aria-label="What is still owed, year by year">
        {bars}
        <line x1="0" x2="{width}" y1="{height}" y2="{height}" stroke="currentColor" opacity=".4"/>
        <text x="0" y="{height + 18}" font-size="13" fill="currentColor">year 1</text>
        <text x="{width}" y="{height + 18}" font-size="13" fill="currentColor"
              text-anchor="end">year {rows[-1].number}</text>
      </svg>"""


def table(rows: list[Year]) -> str:
    cells = "".join(
        f"<tr><td>{row.number}</td><td>{money(row.interest)}</td><td>{money(row.repaid)}</td>"
        f"<td>{money(row.balance)}</td></tr>"
        for row in rows
    )
    return f"""
      <table style="width:100%; text-align:right; border-spacing:0 .2rem">
        <thead><tr><th>Year</th><th>Interest</th><th>Paid back</th><th>Still owed</th></tr></thead>
        <tbody>{cells}</tbody>
      </table>"""


wide = {"style": {"description_width": "7rem"}, "layout": widgets.Layout(width="auto")}
amount = widgets.IntSlider(250_000, 10_000, 1_000_000, 10_000, description="Amount €", **wide)
rate = widgets.FloatSlider(value=3.5, min=0, max=12, step=0.1, description="Interest %", **wide)
years = widgets.IntSlider(25, 1, 40, description="Years", **wide)
extra = widgets.IntSlider(200, 0, 5_000, 50, description="Extra a month €", **wide)

figures, picture, details = widgets.HTML(), widgets.HTML(), widgets.HTML()


def update(_=None):
    rows = schedule(amount.value, rate.value, years.value, extra.value)
    interest = sum(row.interest for row in rows)
    plain = schedule(amount.value, rate.value, years.value, 0)
    saved = sum(row.interest for row in plain) - interest
    monthly = (plain[0].interest + plain[0].repaid) / 12 + extra.value
    figures.value = f"""<div style="display:grid; gap:.8rem; line-height:1.4;
        grid-template-columns:repeat(auto-fit, minmax(8.5rem, 1fr))">
        {card("A month", money(monthly), "#3b82f6")}
        {card("Interest in all", money(interest), "#f59e0b")}
        {card("Saved by extra", money(saved), "#10b981")}
        {card("Free of debt in", f"{len(rows)} years", "#8b5cf6")}</div>"""
    picture.value = chart(rows, amount.value)
    details.value = table(rows)


for control in (amount, rate, years, extra):
    control.observe(update, "value")
update()

tabs = widgets.Tab([picture, details], titles=["Chart", "Table"])
page = widgets.VBox(
    [
        widgets.HTML("<h1>What does a loan cost?</h1>"),
        widgets.HBox(
            [
                widgets.VBox([amount, rate, years, extra], layout=widgets.Layout(flex="1 1 20rem")),
                widgets.VBox([figures, tabs], layout=widgets.Layout(flex="2 1 30rem")),
            ],
            layout=widgets.Layout(flex_flow="row wrap", grid_gap="2rem"),
        ),
    ],
    layout=widgets.Layout(max_width="1100px", margin="0 auto", padding="1rem"),
)
