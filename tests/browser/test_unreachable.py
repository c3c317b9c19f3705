"""What a widget can't reach is said in its place, whichever way it asks."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.servers import Servers
from tests.browser.visits import Visits

APP = '''
import anywidget
import ipywidgets as widgets
from IPython.display import HTML, Javascript, display
from traitlets import Unicode

# Each way asks a host of its own.
WAYS = {
    "picture": "el.append(Object.assign(element('img'), {src: url}));",
    "import": "await import(url).catch(() => 0);",
    "request": "const ask = new XMLHttpRequest(); ask.open('GET', url); ask.send();",
    "script": "document.head.append(Object.assign(element('script'), {src: url}));",
    "style": "document.head.append(Object.assign(element('link'), "
             "{rel: 'stylesheet', href: url}));",
    "worker": "work(`importScripts('${url}')`);",
    "worker-fetch": "work(`fetch('${url}')`);",
    "worker-request": "work(`var ask = new XMLHttpRequest(); ask.open('GET', '${url}'); "
                      "ask.send();`);",
    "worker-import": "work(`import '${url}';`, {type: 'module'});",
}
CODE = """
const url = "https://WAY.example.com/x.js";
const element = (name) => document.createElement(name);
const work = (code, options) => {
  const address = URL.createObjectURL(new Blob([code], {type: "text/javascript"}));
  new Worker(address, options);
  URL.revokeObjectURL(address);
};
export default { async render({ model, el }) { el.textContent = "WAY"; ASK } };
"""

class Told(anywidget.AnyWidget):
    _esm = """export default {
      render({ model, el }) { el.textContent = "told"; fetch(model.get("url")).catch(() => 0); },
    };"""
    url = Unicode("https://told.example.com/x").tag(sync=True)

made = [
    type(way, (anywidget.AnyWidget,), {"_esm": CODE.replace("WAY", way).replace("ASK", ask)})()
    for way, ask in WAYS.items()
]
again = widgets.Button(description="Again")
output = widgets.Output()
box = widgets.VBox([*made, Told(), output, again])

@again.on_click
def show_another(_):
    box.children = [Told(), *box.children]

with output:
    display(HTML("<i>text</i><script>fetch('https://html.example.com/x').catch(() => 0)</script>"))
    display(Javascript("fetch('https://javascript.example.com/x').catch(() => 0)"))
box
'''
# Without any widget.
PLAIN = """
from IPython.display import HTML, display

display(HTML('<script>document.head.append(Object.assign(document.createElement("script"), '
             '{src: "https://plain.example.com/x.js"}))</script>'))
"""
WAYS = [
    "picture",
    "import",
    "request",
    "script",
    "style",
    "worker",
    "worker-fetch",
    "worker-request",
    "worker-import",
    "told",
]


def test_whichever_way_it_asks(serve: Servers, visits: Visits) -> None:
    pytest.importorskip("anywidget")
    visits.allow(r"https://[\w-]+\.example\.com|Uncaught NetworkError")
    sources = ",".join(f"https://{way}.example.com" for way in ("import", "script"))
    page = visits.open(serve.start(serve.script(APP), SUNDOG_SCRIPT_SOURCES=sources).url)
    notes = page.get_by_role("note").filter(has_text="This widget")
    said = [
        f"This widget could not reach {way}.example.com. Parts of it may be missing."
        for way in WAYS
    ]
    expect(notes).to_have_text(said)
    places = notes.evaluate_all("all => all.map((each) => each.previousElementSibling.innerText)")
    assert places == WAYS

    # So is what outputs can't reach.
    expect(page.get_by_role("note").filter(has_text="This output")).to_have_text(
        [
            f"This output could not reach {way}.example.com. Parts of it may be missing."
            for way in ("html", "javascript")
        ]
    )
    # What is known already is said of those that are shown later, and no more of those that go.
    page.get_by_role("button", name="Again").click()
    expect(notes.filter(has_text="told.example.com")).to_have_count(2)
    expect(notes).to_have_count(len(WAYS) + 1)


def test_what_is_forbidden_is_not_blamed_on_the_network(serve: Servers, visits: Visits) -> None:
    pytest.importorskip("anywidget")
    visits.allow(r"https://[\w-]+\.example\.com|Uncaught NetworkError")
    app = serve.script(APP)
    app.with_name("plain.py").write_text(PLAIN)
    server = serve.start(app, "plain.py")
    page = visits.open(server.url + "/app/")
    notes = page.get_by_role("note").filter(has_text="This widget")
    expect(notes).to_have_count(len(WAYS))
    for index in (WAYS.index("import"), WAYS.index("script")):
        expect(notes.nth(index)).to_have_text(
            f"This widget needs code from {WAYS[index]}.example.com, which this page is not "
            "allowed to load. To allow it, start the server with "
            f"SUNDOG_SCRIPT_SOURCES=https://{WAYS[index]}.example.com."
        )
    plain = visits.open(server.url + "/plain/")
    expect(plain.get_by_role("note")).to_contain_text(
        "This output needs code from plain.example.com"
    )
