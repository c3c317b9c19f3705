"""Wraps every page of this folder. Like the pages, it runs once for every browser page."""

import ipywidgets as widgets

title = "Garden"


def Layout(page: widgets.Widget) -> widgets.Widget:
    """Return the page with a line below it."""
    foot = widgets.HTML("<small>Measured in a garden that does not exist.</small>")
    return widgets.VBox([page, foot])
