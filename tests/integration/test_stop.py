"""Stopping while an app's callback is blocked."""

from __future__ import annotations

import time
from pathlib import Path

from tests.browser.servers import AppServer
from tests.servers import Browser

APP = """
import time
import ipywidgets as widgets

button = widgets.Button(description="Block")

def block(_):
    button.description = "blocked"
    time.sleep(600)

button.on_click(block)
button
"""


def test_a_blocked_callback_does_not_keep_the_process(tmp_path: Path) -> None:
    app = tmp_path / "app" / "app.py"
    app.parent.mkdir()
    app.write_text(APP)
    server = AppServer(app, environ={"SUNDOG_SHUTDOWN_TIMEOUT": "2s"})
    try:
        with Browser(server) as browser, browser.connect(browser.open()) as socket:
            socket.until('["ready"]')
            button = socket.comm("ButtonModel")
            click = {"method": "custom", "content": {"event": "click"}}
            socket.send([0, 1, [["msg", button, click]]])
            socket.until("blocked")
            began = time.monotonic()
            server.process.terminate()
            server.process.wait(20)
            # Two seconds were allowed for all of it; the rest is for a busy machine.
            assert time.monotonic() - began < 5
    finally:
        server.stop()
