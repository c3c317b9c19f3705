"""ipyleaflet: a map whose marker can be dragged; its tiles are next to the app, in public/tiles."""

import itertools

import ipywidgets as widgets
from ipyleaflet import LocalTileLayer, Map, Marker, Polyline

HARBOURS = {"Westhaven": (20, -60), "Portum": (-35, 20), "Kaldvik": (50, 45)}

tiles = LocalTileLayer(path="static/public/tiles/{z}/{x}/{y}.png", max_native_zoom=2)
island = Map(
    center=(10, 0),
    zoom=1,
    min_zoom=1,
    max_zoom=5,
    layers=[tiles],
    attribution_control=False,
    layout=widgets.Layout(height="380px", max_width="640px"),
)
ship = Marker(location=HARBOURS["Westhaven"], draggable=True, title="ship")
route = Polyline(locations=list(HARBOURS.values()), color="#b45309", fill=False, dash_array="6")
island.add(route)
island.add(ship)

sail = widgets.Button(description="Sail on")
status = widgets.Label()
harbours = itertools.cycle(HARBOURS)
next(harbours)


@sail.on_click
def sail_on(_):
    ship.location = HARBOURS[next(harbours)]


def tell(_=None):
    north, east = ship.location
    status.value = f"In Python: the ship is at {north:.1f}, {east:.1f}"


ship.observe(tell, "location")
tell()

page = widgets.VBox([widgets.HTML("<h1>ipyleaflet</h1>"), island, sail, status])
