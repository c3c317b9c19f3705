"""The figures: each module measures some and fills a `Report`."""

from collections.abc import Callable, Sequence

from bench.figures import (
    browser,
    components,
    events,
    first_render,
    floor,
    keypress,
    many,
    memory,
    opening,
    prewarm,
    push,
    reload,
    startup,
)
from bench.report import Report
from bench.server import Peer

Figure = Callable[[Report, Sequence[Peer], bool], None]

FIGURES: dict[str, Figure] = {
    "first-render": first_render.measure,
    "events": events.measure,
    "memory": memory.measure,
    "opening": opening.measure,
    "many": many.measure,
    "components": components.measure,
    "prewarm": prewarm.measure,
    "push": push.measure,
    "startup": startup.measure,
    "browser": browser.measure,
    "keypress": keypress.measure,
    "reload": reload.measure,
    "floor": floor.measure,
}
