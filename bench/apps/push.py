"""The push app: each click of the button sets a trait to 10 MB of random bytes."""

import random

import ipywidgets as widgets

SIZE = 10_000_000
source = random.Random(0)
# Two values that take turns, because a trait that is set to what it holds sends nothing.
payloads = [source.randbytes(SIZE), source.randbytes(SIZE)]
image = widgets.Image(format="png")
button = widgets.Button(description="push")


def push(_button: widgets.Button) -> None:
    payloads.reverse()
    image.value = payloads[0]


button.on_click(push)
page = widgets.VBox([button, image])
