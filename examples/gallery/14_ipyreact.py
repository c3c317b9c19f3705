"""ipyreact: a React component, written in JSX, as a widget."""

import ipyreact
import ipywidgets as widgets
import traitlets


class Stars(ipyreact.ValueWidget):
    """Five stars; click one to give a rating."""

    _esm = """
    import * as React from "react";

    export default function ({ value, setValue }) {
      return <div role="radiogroup" style={{ fontSize: 32 }}>
        {[1, 2, 3, 4, 5].map((star) =>
          <span key={star} role="radio" aria-checked={star === value} aria-label={`${star} stars`}
                style={{ cursor: "pointer", color: star <= value ? "darkorange" : "silver" }}
                onClick={() => setValue(star)}>★</span>)}
      </div>;
    }
    """
    value = traitlets.Int(2).tag(sync=True)


stars = Stars()
more = widgets.Button(description="One more star")
more.on_click(lambda _: setattr(stars, "value", stars.value % 5 + 1))
status = widgets.Label()
widgets.dlink((stars, "value"), (status, "value"), lambda value: f"In Python: {value} stars")

page = widgets.VBox([widgets.HTML("<h1>ipyreact</h1>"), stars, more, status])
