"""lonboard: a map that loads a part of its code from a CDN, and shows an error if it can't."""

import ipywidgets as widgets
import lonboard
from arro3.core import Array, DataType, Field, Schema, Table, fixed_size_list_array

longitude_latitude = [10.8, 59.9, 12.5, 41.9, 7.4, 46.9]
points = fixed_size_list_array(Array(longitude_latitude, DataType.float64()), 2)
geometry = Field("geometry", points.type, metadata={"ARROW:extension:name": "geoarrow.point"})
layer = lonboard.ScatterplotLayer(
    Table.from_arrays([points], schema=Schema([geometry])), get_radius=50_000
)
map_ = lonboard.Map(layer, height=320)

grow = widgets.Button(description="Larger")
status = widgets.Label()


@grow.on_click
def make_larger(_):
    layer.get_radius += 50_000


def tell(_=None):
    status.value = f"In Python: {map_.view_state}"


map_.observe(tell, "view_state")
tell()

page = widgets.VBox([widgets.HTML("<h1>lonboard</h1>"), map_, grow, status])
