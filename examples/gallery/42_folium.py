"""folium and geopandas: maps of Leaflet as HTML in an Output."""

import folium
import geopandas
import ipywidgets as widgets
from IPython.display import display
from shapely.geometry import Polygon

fields = geopandas.GeoDataFrame(
    {"crop": ["wheat", "barley"]},
    geometry=[
        Polygon([(5.0, 52.0), (5.1, 52.0), (5.1, 52.1), (5.0, 52.1)]),
        Polygon([(5.1, 52.0), (5.2, 52.0), (5.2, 52.1), (5.1, 52.1)]),
    ],
    crs="EPSG:4326",
)
zoom = widgets.IntSlider(value=10, min=8, max=12, description="Zoom")
color = widgets.ToggleButton(description="Green fields")
out = widgets.Output()
told = widgets.Label()


def draw(_=None):
    # No tiles: those would come from the internet.
    map_ = folium.Map([52.05, 5.1], zoom_start=zoom.value, tiles=None, height=320)
    green = color.value
    folium.GeoJson(
        fields.__geo_interface__,
        style_function=lambda _: {"color": "green" if green else "peru"},
    ).add_to(map_)
    with out:
        out.clear_output(wait=True)
        display(map_)
    told.value = f"In Python: zoom {zoom.value}"


zoom.observe(draw, "value")
color.observe(draw, "value")
draw()
button = widgets.Button(description="Other colour")
button.on_click(lambda _: setattr(color, "value", not color.value))

page = widgets.VBox([widgets.HTML("<h1>folium</h1>"), zoom, color, out, button, told])
