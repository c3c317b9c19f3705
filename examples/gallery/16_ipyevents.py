"""ipyevents: mouse and keyboard events on any widget."""

import ipyevents
import ipywidgets as widgets

field = widgets.HTML(
    "<b>Click here</b>",
    layout={"width": "300px", "height": "120px", "border": "1px solid gray", "padding": "8px"},
)
events = ipyevents.Event(source=field, watched_events=["click", "keydown"])
status = widgets.Label("In Python: no event yet")
count = 0


def tell(event):
    global count
    count += 1
    where = f"at {event['relativeX']}, {event['relativeY']}" if "relativeX" in event else ""
    status.value = f"In Python: {event['type']} {where} ({count})"


events.on_dom_event(tell)


def deafen(_):
    events.watched_events = ["dblclick"] if "click" in events.watched_events else ["click"]
    field.value = f"<b>{'Click' if 'click' in events.watched_events else 'Double-click'} here</b>"


button = widgets.Button(description="Other event")
button.on_click(deafen)

page = widgets.VBox([widgets.HTML("<h1>ipyevents</h1>"), field, button, status])
