"""k3d: a surface in space; turn it with the mouse, and Python shows the camera's position."""

import itertools

import ipywidgets as widgets
import k3d
import numpy as np

x, y = np.meshgrid(np.linspace(-3, 3, 60), np.linspace(-3, 3, 60))
heights = itertools.cycle([np.sinc(np.hypot(x, y)) * 2, np.sin(x) * np.cos(y), x * y / 5])
bounds = {"xmin": -3, "xmax": 3, "ymin": -3, "ymax": 3}
surface = k3d.surface(next(heights).astype(np.float32), color=0x0EA5E9, **bounds)
plot = k3d.plot(height=360, menu_visibility=False, camera_auto_fit=False)
plot += surface
plot.camera = [5, -6, 4, 0, 0, 0, 0, 0, 1]

change = widgets.Button(description="Another surface")
status = widgets.Label()


@change.on_click
def show_another(_):
    surface.heights = next(heights).astype(np.float32)


def tell(_=None):
    place = ", ".join(f"{value:.1f}" for value in plot.camera[:3])
    status.value = f"In Python: the camera is at {place}"


plot.observe(tell, "camera")
tell()

page = widgets.VBox([widgets.HTML("<h1>k3d</h1>"), plot, change, status])
