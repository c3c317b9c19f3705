"""pythreejs: a scene of three.js; turn it with the mouse, and Python shows where the camera is."""

import itertools

import ipywidgets as widgets
import pythreejs as p3

colors = itertools.cycle(["#f97316", "#10b981", "#6366f1"])
knot = p3.Mesh(
    p3.TorusKnotBufferGeometry(radius=1, tube=0.32, tubularSegments=96, radialSegments=12),
    p3.MeshStandardMaterial(color=next(colors), roughness=0.4),
)
camera = p3.PerspectiveCamera(
    position=[0, 1, 5],
    aspect=3 / 2,
    children=[p3.DirectionalLight(position=[3, 5, 1], intensity=0.7)],
)
scene = p3.Scene(children=[knot, camera, p3.AmbientLight(intensity=0.6)], background="#eef2ff")
view = p3.Renderer(
    scene, camera, [p3.OrbitControls(controlling=camera)], width=540, height=360, antialias=True
)

paint = widgets.Button(description="Paint it")
status = widgets.Label()


@paint.on_click
def paint_it(_):
    knot.material.color = next(colors)


def tell(_=None):
    place = ", ".join(f"{value:.1f}" for value in camera.position)
    status.value = f"In Python: the camera is at {place}"


camera.observe(tell, "position")
tell()

page = widgets.VBox([widgets.HTML("<h1>pythreejs</h1>"), view, paint, status])
