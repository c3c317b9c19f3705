"""A thread that reports its progress: a progress bar, a log, and a button to stop it.

Run it with ``sundog run examples/live_thread.py``. Open it twice: the pages work independently.
"""

import random
import threading
import time

import ipywidgets as widgets

bar = widgets.IntProgress(max=100, layout=widgets.Layout(width="100%"))
estimate = widgets.HTML()
log = widgets.Output(
    layout=widgets.Layout(
        height="14rem", overflow="auto", border="1px solid #8884", padding=".5rem"
    )
)
start = widgets.Button(description="Start", icon="play", button_style="primary")
stop = widgets.Button(description="Stop", icon="stop", disabled=True)
stopping = threading.Event()


def work():
    """Estimate π by throwing darts: the share that hits the circle is π / 4."""
    hits = darts = 0
    with log:
        print("Throwing darts …")
        for step in range(1, 101):
            if stopping.is_set():
                print(f"Stopped after {darts:,} darts.")
                break
            hits += sum(random.random() ** 2 + random.random() ** 2 < 1 for _ in range(20_000))
            darts += 20_000
            bar.value = step
            estimate.value = f"<h2>π ≈ {4 * hits / darts:.5f}</h2>{darts:,} darts"
            if step % 10 == 0:
                print(f"{step:3} %  π ≈ {4 * hits / darts:.5f}")
            time.sleep(0.03)
        else:
            print("Done.")
    start.disabled, stop.disabled = False, True


def on_start(_):
    stopping.clear()
    log.clear_output()
    start.disabled, stop.disabled = True, False
    threading.Thread(target=work, daemon=True).start()


start.on_click(on_start)
stop.on_click(lambda _: stopping.set())

page = widgets.VBox(
    [widgets.HTML("<h1>π from darts</h1>"), widgets.HBox([start, stop]), bar, estimate, log],
    layout=widgets.Layout(max_width="640px", margin="0 auto", padding="1rem"),
)
