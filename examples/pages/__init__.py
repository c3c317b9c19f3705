"""Wraps every page of this folder. Runs once for each browser page, as the pages do."""

import ipywidgets as widgets

title = "Garden"


def Layout(page: widgets.Widget) -> widgets.Widget:
    """Return the page with a line below it."""
    foot = widgets.HTML("<small>Measured in a garden that does not exist.</small>")
    return widgets.VBox([page, foot])
