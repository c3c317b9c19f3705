"""A Material Design form made of ipyvuetify widgets. It needs: pip install "ipyvuetify>=3"

The file runs again for every page that opens, like any app of widgets.
"""

import ipyvuetify as v

PRICES = {"Espresso": 2.4, "Flat white": 3.6, "Filter coffee": 2.9}

kind = v.Select(label="Coffee", items=list(PRICES), v_model="Flat white")
count = v.Slider(label="How many", v_model=2, min=1, max=9, step=1, thumb_label="always")
to_go = v.Switch(label="To go", v_model=False, color="primary")
total = v.CardText(class_="text-h6", children=[])
order = v.Btn(color="primary", children=["Order"])
done = v.Snackbar(v_model=False, timeout=3000, children=["On its way."])


def reckon(*_):
    cups = 0.1 * count.v_model if to_go.v_model else 0
    total.children = [f"{PRICES[kind.v_model] * count.v_model + cups:.2f} €"]


def place(*_):
    done.v_model = True


for widget in (kind, count, to_go):
    widget.observe(reckon, "v_model")
order.on_event("click", place)
reckon()

page = v.Card(
    max_width=480,
    class_="ma-4",
    children=[
        v.CardTitle(children=["Coffee bar"]),
        v.CardText(class_="pt-8", children=[kind, count, to_go]),
        total,
        v.CardActions(children=[order]),
        done,
    ],
)
