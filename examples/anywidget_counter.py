"""Your own widget with anywidget: its view is a few lines of JavaScript.

Run it with ``sundog run examples/anywidget_counter.py``. It needs anywidget.
"""

import anywidget
import ipywidgets as widgets
import traitlets


class Counter(anywidget.AnyWidget):
    """A button that counts clicks, in the browser and in Python."""

    _esm = """
    function render({ model, el }) {
      const button = document.createElement("button");
      button.className = "counter";
      const show = () => { button.textContent = `count is ${model.get("value")}`; };
      button.addEventListener("click", () => {
        model.set("value", model.get("value") + 1);
        model.save_changes();
      });
      model.on("change:value", show);
      show();
      el.append(button);
    }
    export default { render };
    """
    _css = """
    .counter {
      padding: .8rem 1.6rem; border: 0; border-radius: 999px; cursor: pointer;
      color: white; background: linear-gradient(90deg, #f59e0b, #ec4899);
      font: 600 1.1rem system-ui, sans-serif;
    }
    .counter:focus-visible { outline: 3px solid #8b5cf6; outline-offset: 3px; }
    """
    value = traitlets.Int(0).tag(sync=True)


counter = Counter()
slider = widgets.IntSlider(description="In Python", min=0, max=50)
message = widgets.HTML()
widgets.link((counter, "value"), (slider, "value"))


def tell(_=None):
    message.value = f"Python knows: {counter.value} squared is <b>{counter.value**2}</b>."


counter.observe(tell, "value")
tell()

page = widgets.VBox(
    [widgets.HTML("<h1>A counter of your own</h1>"), counter, slider, message],
    layout=widgets.Layout(max_width="480px", margin="0 auto", padding="1rem", grid_gap=".5rem"),
)
