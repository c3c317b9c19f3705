"""ipycanvas: draw on a canvas from Python; a click plants a flower where you clicked."""

import math
import random

import ipywidgets as widgets
from ipycanvas import Canvas, hold_canvas

canvas = Canvas(width=540, height=320, layout={"width": "540px"})
status = widgets.Label("In Python: no flower has been planted")
rain = widgets.Button(description="Plant ten")
flowers = 0


def plant(x, y):
    global flowers
    flowers += 1
    size = random.uniform(8, 20)
    with hold_canvas():
        canvas.fill_style = f"hsl({random.randrange(360)}, 80%, 65%)"
        for petal in range(6):
            angle = petal * math.pi / 3
            canvas.fill_circle(x + size * math.cos(angle), y + size * math.sin(angle), size * 0.6)
        canvas.fill_style = "#fde047"
        canvas.fill_circle(x, y, size * 0.7)
    status.value = f"In Python: flower {flowers} grows at {x:.0f}, {y:.0f}"


@rain.on_click
def plant_ten(_):
    for _ in range(10):
        plant(random.uniform(20, 520), random.uniform(20, 300))


canvas.on_mouse_down(plant)
canvas.fill_style = "#dcfce7"
canvas.fill_rect(0, 0, canvas.width, canvas.height)

page = widgets.VBox([widgets.HTML("<h1>ipycanvas</h1>"), canvas, rain, status])
