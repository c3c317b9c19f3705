"""Printed and displayed output: one engine for `Output` widgets, the page and its cells.

`KernelOutput` is all output of one kernel. An `Area` stores its content and publishes changes.
`layers` sends output of a `with` block to an area.
"""

from sundog.output.area import Area
from sundog.output.barrier import OutputBarrier
from sundog.output.items import QUESTION, WIDGET_VIEW, Append, Item, is_view
from sundog.output.kernel_output import DISPLAY_BYTES, KernelOutput
from sundog.output.layers import enter, leave, route

__all__ = [
    "DISPLAY_BYTES",
    "QUESTION",
    "WIDGET_VIEW",
    "Append",
    "Area",
    "Item",
    "KernelOutput",
    "OutputBarrier",
    "enter",
    "is_view",
    "leave",
    "route",
]
