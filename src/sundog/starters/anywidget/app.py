"""Your own widget: its JavaScript is in stars.js, its Python here.

Serve it with `sundog run app.py`. Save stars.js or stars.css, and the open page updates.
"""

from pathlib import Path

import anywidget
import ipywidgets as widgets
import traitlets

HERE = Path(__file__).parent


class Stars(anywidget.AnyWidget):
    """A rating that the user gives by clicking a star."""

    _esm = HERE / "stars.js"
    _css = HERE / "stars.css"
    rating = traitlets.Int(3).tag(sync=True)
    count = traitlets.Int(5).tag(sync=True)


stars = Stars()
said = widgets.Label()
clear = widgets.Button(description="Clear")


def say(_: object = None) -> None:
    said.value = f"{stars.rating} of {stars.count}"


stars.observe(say, "rating")
clear.on_click(lambda _: setattr(stars, "rating", 0))
say()

widgets.VBox([stars, said, clear])
