"""Apps whose top level never ends: a clock, and a notebook that waits for its user."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sundog.config import Mode
from tests.patience import PATIENCE
from tests.servers import Browser, make_server

CLOCK = """
import itertools, pathlib, time
import ipywidgets as w
from IPython.display import display

clock = w.Label()
display(clock)
for number in itertools.count():
    clock.value = f"tick {number}."
    time.sleep(0.02)
    if pathlib.Path(STOP).exists():
        break
"""


@pytest.mark.parametrize("mode", Mode)
def test_a_clock_is_served_and_moves(tmp_path: Path, mode: Mode) -> None:
    stop = tmp_path / "stop"
    app = CLOCK.replace("STOP", repr(str(stop)))
    settings = {"mode": mode, "dry_run_timeout": 0.4, "shutdown_timeout": 2.0}
    server = make_server(tmp_path, app, **settings).start(PATIENCE)
    try:
        with Browser(server) as browser:
            assert browser.http.get("/readyz").status_code == 200
            with browser.connect(browser.open()) as socket:
                socket.until("tick 0.")
                seen = socket.until("tick 3.")
                assert re.search(r"tick \d+\.", str(seen))
    finally:
        stop.touch()
        server.stop()
