"""altair: a live chart whose selection reaches Python, and displayed charts."""

import altair as alt
import ipywidgets as widgets
from IPython.display import display

FRUIT = [
    {"name": "apple", "grams": 180, "colour": "red"},
    {"name": "banana", "grams": 120, "colour": "yellow"},
    {"name": "cherry", "grams": 8, "colour": "red"},
    {"name": "lemon", "grams": 100, "colour": "yellow"},
]
SORTED = ("ascending", "descending")


def bars(order: str) -> alt.Chart:
    """Return the chart of weights."""
    pick = alt.selection_point(name="pick", fields=["name"], on="click")
    return (
        alt.Chart(alt.Data(values=FRUIT))
        .mark_bar()
        .encode(
            x=alt.X("grams:Q"),
            y=alt.Y("name:N", sort=order),
            opacity=alt.condition(pick, alt.value(1), alt.value(0.3)),
        )
        .properties(width=300, height=160)
        .add_params(pick)
    )


order = SORTED[0]
live = alt.JupyterChart(bars(order), embed_options={"renderer": "svg"})
said = widgets.Label("In Python: nothing is picked")
turn = widgets.Button(description="Turn around")
shown = widgets.Output()


def observe() -> None:
    """Show what the user selects. A new chart has new selections."""
    live.selections.observe(say, "pick")


def say(change: object) -> None:
    names = [value["name"] for value in live.selections.pick.value or ()]
    said.value = f"In Python: {', '.join(names) or 'nothing'} is picked"


def turn_around(_: object) -> None:
    global order
    order = SORTED[order == SORTED[0]]
    live.chart = bars(order)
    observe()


observe()
turn.on_click(turn_around)
with shown:
    points = alt.Chart(alt.Data(values=FRUIT)).mark_point()
    display(points.encode(x="grams:Q", y="colour:N").properties(width=300, height=60))

widgets.VBox([widgets.HTML("<h1>altair</h1>"), live, said, turn, shown])
