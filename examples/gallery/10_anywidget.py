"""anywidget: your own colour wheel, in thirty lines of JavaScript."""

import anywidget
import ipywidgets as widgets
import traitlets


class Wheel(anywidget.AnyWidget):
    """Twelve colours around a circle; click one to choose it."""

    _esm = """
    function render({ model, el }) {
      const wheel = document.createElement("div");
      wheel.className = "wheel";
      wheel.setAttribute("role", "radiogroup");
      const buttons = Array.from({ length: 12 }, (_, index) => {
        const button = document.createElement("button");
        const angle = (index / 12) * 2 * Math.PI;
        button.style.background = `hsl(${index * 30} 80% 60%)`;
        button.style.left = `${50 + 40 * Math.sin(angle)}%`;
        button.style.top = `${50 - 40 * Math.cos(angle)}%`;
        button.setAttribute("role", "radio");
        button.setAttribute("aria-label", `${index * 30} degrees`);
        button.addEventListener("click", () => {
          model.set("hue", index * 30);
          model.save_changes();
        });
        wheel.append(button);
        return button;
      });
      const show = () => {
        const hue = model.get("hue");
        wheel.style.background = `hsl(${hue} 80% 90%)`;
        buttons.forEach((button, index) =>
          button.setAttribute("aria-checked", String(index * 30 === hue)));
      };
      model.on("change:hue", show);
      show();
      el.append(wheel);
    }
    export default { render };
    """
    _css = """
    .wheel { position: relative; width: 240px; height: 240px; border-radius: 50%; }
    .wheel button { position: absolute; width: 40px; height: 40px; margin: -20px; cursor: pointer;
                    border: 3px solid white; border-radius: 50%; }
    .wheel button[aria-checked=true] { border-color: black; }
    """
    hue = traitlets.Int(30).tag(sync=True)


wheel = Wheel()
opposite = widgets.Button(description="Opposite colour")
opposite.on_click(lambda _: setattr(wheel, "hue", (wheel.hue + 180) % 360))
status = widgets.Label()
widgets.dlink((wheel, "hue"), (status, "value"), lambda hue: f"In Python: hue = {hue}")

page = widgets.VBox([widgets.HTML("<h1>anywidget</h1>"), wheel, opposite, status])
