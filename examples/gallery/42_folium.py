"""folium and geopandas: Leaflet maps as HTML in an Output."""

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
SUN = folium.Icon(icon="sun", prefix="fa", color="orange", angle=90)
zoom = widgets.IntSlider(value=10, min=8, max=12, description="Zoom")
color = widgets.ToggleButton(description="Green fields")
out = widgets.Output()
status = widgets.Label()


def draw(_=None):
    # No tiles, which would come from the internet.
    map_ = fields.explore(
        color="green" if color.value else "peru",
        tiles=None,
        location=[52.05, 5.1],
        zoom_start=zoom.value,
    )
    for latitude, icon in [(52.03, folium.Icon(icon="tint")), (52.07, SUN)]:
        folium.Marker([latitude, 5.05], icon=icon).add_to(map_)
    with out:
        out.clear_output(wait=True)
        display(folium.Figure(height=320).add_child(map_))
    status.value = f"In Python: zoom {zoom.value}"


zoom.observe(draw, "value")
color.observe(draw, "value")
draw()
button = widgets.Button(description="Other colour")
button.on_click(lambda _: setattr(color, "value", not color.value))

page = widgets.VBox([widgets.HTML("<h1>folium</h1>"), zoom, color, out, button, status])
