"""tqdm: progress bars as widgets, with the same import as in a terminal."""

import ipywidgets as widgets
from tqdm.auto import tqdm

out = widgets.Output()
amount = widgets.IntSlider(value=40, min=10, max=200, step=10, description="Steps")
status = widgets.Label("In Python: not run")


def run(_):
    out.clear_output(wait=True)
    with out:
        total = sum(tqdm(range(amount.value), desc="Adding"))
    status.value = f"In Python: the sum is {total}"


amount.observe(run, "value")
button = widgets.Button(description="Run")
button.on_click(lambda _: setattr(amount, "value", 10 + amount.value % 200))
run(None)

page = widgets.VBox([widgets.HTML("<h1>tqdm</h1>"), amount, button, out, status])
