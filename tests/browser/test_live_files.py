"""While developing, a changed file of the front end is put into the widgets that show it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.servers import Servers
from tests.browser.visits import Visits

APP = """
import random
from pathlib import Path

import anywidget
import ipywidgets as widgets
from traitlets import Int

class Counter(anywidget.AnyWidget):
    _esm = Path(__file__).with_name("counter.js")
    count = Int(0).tag(sync=True)

run = widgets.Label(f"run {random.random()}")
widgets.VBox([Counter(), run])
"""
SCRIPT = """
export default {
  render({ model, el }) {
    const button = document.createElement("button");
    button.className = "count";
    const show = () => { button.textContent = `WORD ${model.get("count")}`; };
    button.onclick = () => { model.set("count", model.get("count") + 1); model.save_changes(); };
    model.on("change:count", show);
    show();
    el.append(button);
  },
};
"""


def test_a_widget_takes_its_new_script_and_keeps_its_state(serve: Servers, visits: Visits) -> None:
    pytest.importorskip("anywidget")
    app = serve.script(APP)
    script = app.with_name("counter.js")
    script.write_text(SCRIPT.replace("WORD", "old"))
    server = serve.start(app)
    one, other = visits.open(server.url), visits.open(server.url)
    one.locator(".count").click()
    expect(one.locator(".count")).to_have_text("old 1")
    runs = [page.get_by_text("run 0.").inner_text() for page in (one, other)]

    script.write_text(SCRIPT.replace("WORD", "new"))

    expect(one.locator(".count")).to_have_text("new 1")
    expect(other.locator(".count")).to_have_text("new 0")
    one.locator(".count").click()
    expect(one.locator(".count")).to_have_text("new 2")
    # The app has not run again.
    assert [page.get_by_text("run 0.").inner_text() for page in (one, other)] == runs
    expect(visits.open(server.url).locator(".count")).to_have_text("new 0")
