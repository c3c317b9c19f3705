"""nglview: a molecule from a file; turn it, pick atoms, and colour it from Python."""

from pathlib import Path

import ipywidgets as widgets
import nglview

molecule = nglview.FileStructure(str(Path(__file__).with_name("benzene.pdb")))
view = nglview.NGLWidget(molecule, default_representation=False)
view.add_ball_and_stick()
view.center()

paint = widgets.Button(description="Other colour")
status = widgets.Label()
colors = ["element", "orange", "teal"]


@paint.on_click
def paint_again(_):
    colors.append(colors.pop(0))
    view.update_ball_and_stick(color=colors[0])


def tell(_=None):
    turned = [round(number, 1) for number in view._camera_orientation]
    status.value = f"In Python: the camera is at {turned}"


view.observe(tell, "_camera_orientation")
tell()

page = widgets.VBox([widgets.HTML("<h1>nglview</h1>"), view, paint, status])
