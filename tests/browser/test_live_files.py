"""While developing, a changed file of the front end is put into the widgets that show it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.servers import AppServer, Servers
from tests.browser.visits import Visits
from tests.environments import use

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

    visits.allow("nothing is not defined")
    script.write_text(SCRIPT.replace("show();\n    el", "nothing();\n    el"))
    errors = one.get_by_text("nothing is not defined").first
    expect(errors).to_be_visible()
    script.write_text(SCRIPT.replace("WORD", "new"))

    expect(errors).to_be_hidden()
    expect(one.locator(".count")).to_have_text("new 1")
    expect(other.locator(".count")).to_have_text("new 0")
    one.locator(".count").click()
    expect(one.locator(".count")).to_have_text("new 2")
    # The app has not run again.
    assert [page.get_by_text("run 0.").inner_text() for page in (one, other)] == runs
    expect(visits.open(server.url).locator(".count")).to_have_text("new 0")


VUE_APP = """
import ipyvue
import ipywidgets as widgets
from traitlets import Int

class Hello(ipyvue.VueTemplate):
    template_file = (__file__, "hello.vue")
    count = Int(3).tag(sync=True)

Hello()
"""
TEMPLATE = (
    '<template><button class="count" @click="count += 1">WORD {{ count }}</button></template>\n'
)


@pytest.mark.parametrize("environment", ["gallery", "older"], ids=["Vue 3", "Vue 2"])
def test_a_template_is_taken_in_place(serve: Servers, visits: Visits, environment: str) -> None:
    app = serve.script(VUE_APP)
    template = app.with_name("hello.vue")
    template.write_text(TEMPLATE.replace("WORD", "old"))
    server = AppServer(app, python=use.interpreter(environment))
    try:
        page = visits.open(server.url)
        page.evaluate("window.marker = 1")
        button = page.locator("button.count")
        expect(button).to_have_text("old 3")
        button.click()
        expect(button).to_have_text("old 4")

        template.write_text(TEMPLATE.replace("WORD", "new"))

        expect(button).to_have_text("new 4")
        assert page.evaluate("window.marker") == 1
        page.close()
    finally:
        server.stop()


COMPONENT_APP = """
import ipyvue
import ipywidgets as widgets
import library

ipyvue.register_component_from_string("of-app", "<template><b class='app'>of app</b></template>")
ipyvue.register_component_from_file("of-file", "part.vue", __file__)

class Card(ipyvue.VueTemplate):
    template_file = (__file__, "card.vue")

widgets.VBox([widgets.Label("a card"), Card()])
"""
LIBRARY = """
import ipyvue
ipyvue.register_component_from_string(
    "of-library", "<template><b class='library'>of a library</b></template>"
)
"""
CARD = "<template><div><of-app/><of-file/><of-library/></div></template>"
PART = "<template><b class='file'>WORD of a file</b></template>"


@pytest.mark.parametrize("environment", ["gallery", "older"], ids=["Vue 3", "Vue 2"])
def test_components_by_name_are_there_and_taken_in_place(
    serve: Servers, visits: Visits, environment: str
) -> None:
    app = serve.script(COMPONENT_APP)
    app.with_name("library.py").write_text(LIBRARY)
    app.with_name("card.vue").write_text(CARD)
    part = app.with_name("part.vue")
    part.write_text(PART.replace("WORD", "old"))
    server = AppServer(app, python=use.interpreter(environment))
    try:
        # The second page finds what the first has registered.
        first, page = visits.open(server.url), visits.open(server.url)
        for each in (first, page):
            expect(each.locator(".app")).to_have_text("of app")
            expect(each.locator(".file")).to_have_text("old of a file")
            expect(each.locator(".library")).to_have_text("of a library")
        part.write_text(PART.replace("WORD", "new"))
        expect(page.locator(".file")).to_have_text("new of a file")
        first.close()
        page.close()
    finally:
        server.stop()
