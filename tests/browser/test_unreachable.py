"""What a widget can't reach is said in its place, whichever way it asks."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.servers import Servers
from tests.browser.visits import Visits

APP = '''
import anywidget
import ipywidgets as widgets
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
widgets.VBox([*made, Told()])
'''
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
    lacks = page.locator(".sundog-lacks")
    expect(lacks).to_have_text(
        [
            f"This widget could not reach {way}.example.com: parts of it may be missing."
            for way in WAYS
        ]
    )
    places = lacks.evaluate_all("all => all.map((each) => each.previousElementSibling.innerText)")
    assert places == WAYS


def test_what_is_forbidden_is_not_blamed_on_the_network(serve: Servers, visits: Visits) -> None:
    pytest.importorskip("anywidget")
    visits.allow(r"https://[\w-]+\.example\.com|Uncaught NetworkError")
    page = visits.open(serve(APP).url)
    lacks = page.locator(".sundog-lacks")
    expect(lacks).to_have_count(len(WAYS))
    for index in (WAYS.index("import"), WAYS.index("script")):
        expect(lacks.nth(index)).to_have_text(
            f"This widget needs code of {WAYS[index]}.example.com, which this page may not load. "
            "Who runs the server can allow it: "
            f"SUNDOG_SCRIPT_SOURCES=https://{WAYS[index]}.example.com."
        )
