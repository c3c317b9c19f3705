"""ipywebrtc: the camera's video, and still images of it in Python."""

import ipywebrtc
import ipywidgets as widgets

camera = ipywebrtc.CameraStream(
    constraints={"audio": False, "video": {"width": 320, "height": 240}}
)
recorder = ipywebrtc.ImageRecorder(stream=camera, format="png")
status = widgets.Label("In Python: no picture yet")
count = 0


def tell(change):
    global count
    count += 1
    status.value = f"In Python: picture {count} is {'there' if change.new else 'empty'}"


recorder.image.observe(tell, "value")


def flip(_):
    camera.layout.border = None if camera.layout.border_top else "8px solid teal"


button = widgets.Button(description="Frame")
button.on_click(flip)

page = widgets.VBox([widgets.HTML("<h1>ipywebrtc</h1>"), camera, recorder, button, status])
