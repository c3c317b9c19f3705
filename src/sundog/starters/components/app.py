"""How savings grow: a page of components, which return what to show for their state.

Serve it with `sundog run app.py`. Save this file, and the open page updates.
"""

import solara

# Although they are at the top of the file, every user has their own values.
deposit = solara.reactive(200)
rate = solara.reactive(4.0)
years = solara.reactive(20)


def savings() -> list[float]:
    """Return the savings after each year."""
    saved, by_year = 0.0, []
    for _ in range(years.value):
        saved = (saved + 12 * deposit.value) * (1 + rate.value / 100)
        by_year.append(saved)
    return by_year


@solara.component
def Controls():
    solara.SliderInt("Each month", value=deposit, min=0, max=1000, step=10)
    solara.SliderFloat("Interest, %", value=rate, min=0, max=10, step=0.1)
    solara.SliderInt("Years", value=years, min=1, max=40)


@solara.component
def Page():
    by_year = savings()
    solara.Title("Savings")
    with solara.Card("Savings"):
        Controls()
        with solara.Column(gap="0"):
            for year in range(5, years.value + 1, 5):
                solara.Text(f"After {year} years: {by_year[year - 1]:,.0f}")
        solara.Markdown(f"**{by_year[-1]:,.0f}** after {years.value} years")
