"""A shop with three pages, made of Solara's components. It needs solara-ui: pip install solara-ui

Every page has its own address. Moving between pages needs no reload, so the basket, which belongs
to the kernel, is kept. All users share the list of fruits.
"""

from typing import cast

import solara
import solara.lab

FRUITS = {"apple": 0.4, "banana": 0.25, "kiwi": 0.6}

basket = solara.reactive(cast(dict[str, int], {}))


def put(name: str) -> None:
    basket.value = {**basket.value, name: basket.value.get(name, 0) + 1}


@solara.component
def Home():
    solara.Markdown("# Fruit\n\nThe price is what it was when $t = 0$, times $e^{rt}$.")
    with solara.Link("fruit"):
        solara.Button("See them all", color="primary")


@solara.component
def Fruit():
    # The routes one level below: the children of this page's route.
    route, _ = solara.use_route()
    with solara.Row():
        for name in FRUITS:
            with solara.Link(f"/fruit/{name}"):
                solara.Button(name, text=True)
    if route is not None and route.path in FRUITS:
        with solara.Card(route.label):
            solara.Text(f"{FRUITS[route.path]:.2f} € each")
            solara.Button("Into the basket", on_click=lambda: put(route.path), color="primary")


@solara.component
def Basket():
    if not basket.value:
        solara.Info("The basket is empty.")
    for name, count in basket.value.items():
        solara.Text(f"{count} {name}: {count * FRUITS[name]:.2f} €")
    total = sum(FRUITS[name] * count for name, count in basket.value.items())
    solara.Success(f"{total:.2f} € in all")


@solara.component
def Layout(children):
    with solara.AppLayout(children=children, title="Fruit shop"), solara.AppBar():
        solara.lab.ThemeToggle()
        solara.Text(f"{sum(basket.value.values())} in the basket", style={"margin": "0 16px 0 4px"})


routes = [
    solara.Route("/", component=Home, label="Home", layout=Layout),
    solara.Route(
        "fruit",
        component=Fruit,
        label="Fruit",
        children=[solara.Route("/"), *(solara.Route(f, label=f.title()) for f in FRUITS)],
    ),
    solara.Route("basket", component=Basket, label="Basket"),
]
