"""ipyvuetify: Material Design components; runs with Vuetify 2 (1.x) and Vuetify 3 (3.x)."""

import random

import ipyvuetify as v

CITIES = ["Aarhus", "Bologna", "Coimbra", "Ghent", "Uppsala"]

city = v.Select(label="City", items=CITIES, v_model="Ghent")
days = v.Slider(label="Days", min=1, max=14, step=1, v_model=3, thumb_label="always", class_="mt-8")
train = v.Switch(label="By train", v_model=True, color="primary")
surprise = v.Btn(color="primary", children=["Surprise me"])
plan = v.CardText(children=[""])


def tell(*_):
    how = "by train" if train.v_model else "by plane"
    plan.children = [f"In Python: {days.v_model:.0f} days in {city.v_model}, {how}"]


def choose(*_):
    city.v_model = random.choice([name for name in CITIES if name != city.v_model])
    days.v_model = random.choice([number for number in range(1, 15) if number != days.v_model])


for widget in (city, days, train):
    widget.observe(tell, "v_model")
surprise.on_event("click", choose)
tell()

page = v.Card(
    class_="ma-4",
    max_width=480,
    children=[
        v.CardTitle(children=[v.Html(tag="h1", class_="text-h5", children=["ipyvuetify"])]),
        v.CardText(children=[city, days, train]),
        plan,
        v.CardActions(children=[surprise]),
    ],
)
