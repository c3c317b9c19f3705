"""perspective: a table that the browser sorts, groups and draws, with rows from Python."""

import ipywidgets as widgets
import perspective
from perspective.widget import PerspectiveWidget

rows = [
    {"place": "Oslo in June", "sun": 250, "rain": 67},
    {"place": "Oslo in July", "sun": 246, "rain": 84},
    {"place": "Rome in June", "sun": 295, "rain": 34},
    {"place": "Rome in July", "sun": 340, "rain": 22},
]
table = perspective.table(rows, index="place")
viewer = PerspectiveWidget(table, columns=["place", "sun", "rain"])
# In a box, its default style would give it no height.
viewer.layout = {"flex": "none", "height": "420px"}

shine = widgets.Button(description="More sun in Oslo")
status = widgets.Label()


@shine.on_click
def shine_more(_):
    rows[0]["sun"] += 30
    table.update(rows[:1])


def tell(_=None):
    status.value = f"In Python: sorted by {viewer.sort}"


viewer.observe(tell, "sort")
tell()

page = widgets.VBox([widgets.HTML("<h1>perspective</h1>"), viewer, shine, status])
