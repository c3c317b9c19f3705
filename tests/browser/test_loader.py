"""Which widget libraries a page loads, in which form, and what it says of those it can't load."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.servers import Servers
from tests.browser.visits import Visits
from tests.packages import labextension

# A module federation container as bundlers make it, by hand.
CONTAINER = """
(window._JUPYTERLAB ??= {})[NAME] = {
  init(scope) { this.scope = scope; },
  async get(path) {
    const [{ get }] = Object.values(this.scope["@jupyter-widgets/base"]);
    const { DOMWidgetModel, DOMWidgetView } = (await get())();
    class Model extends DOMWidgetModel {}
    class View extends DOMWidgetView {
      render() {
        this.el.textContent = FORM + " " + this.model.get("text");
        this.el.className = "shown";
        RENDER
      }
    }
    const registry = { name: "jupyter.extensions.jupyterWidgetRegistry" };
    const plugin = {
      requires: [registry],
      activate(app, to) {
        to.registerWidget({ name: "MODULE", version: "1", exports: { Model, View } });
      },
    };
    return () => ({ default: plugin });
  },
};
"""
AMD = """
define(["@jupyter-widgets/base"], ({ DOMWidgetModel, DOMWidgetView }) => ({
  Model: class extends DOMWidgetModel {},
  View: class extends DOMWidgetView {
    render() { this.el.className = "shown"; this.el.textContent = "amd " + this.model.get("text"); }
  },
}));
"""
APP = """
import ipywidgets as widgets
from traitlets import Unicode

class Made(widgets.DOMWidget):
    _model_name = Unicode("Model").tag(sync=True)
    _view_name = Unicode("View").tag(sync=True)
    _model_module = Unicode().tag(sync=True)
    _view_module = Unicode().tag(sync=True)
    text = Unicode("hello").tag(sync=True)

made = [Made(_model_module=each, _view_module=each) for each in {modules!r}]
widgets.VBox([widgets.Label("before"), *made, widgets.Label("after")])
"""


UMD = "if (typeof define === 'function' && define.amd) define([], () => 1); else window.umd = 1;"
LATER = """
const script = document.createElement("script");
const entry = document.querySelector("script[src*=remoteEntry]").src;
script.src = entry.replace("remoteEntry.abc", "umd");
script.onload = () => { this.el.textContent += " " + window.umd; };
document.head.append(script);
"""


def app(*modules: str) -> str:
    return APP.format(modules=modules)


def container(data: Path, name: str, module: str, *, form: str = "lab", render: str = "") -> Path:
    script = CONTAINER.replace("NAME", json.dumps(name)).replace("MODULE", module)
    return labextension(
        data, name, script.replace("FORM", json.dumps(form)).replace("RENDER", render)
    )


def amd(data: Path, name: str, script: str = AMD) -> None:
    folder = data / "nbextensions" / name
    folder.mkdir(parents=True)
    (folder / "index.js").write_text(script)


def scripts(page: Page) -> list[str]:
    """Return the packages whose files the page has fetched."""
    found = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    pattern = re.compile(r"/_sundog/(?:lab|nb)extensions/[^/]+/((?:@[^/]+/)?[^/]+)/")
    return sorted({match[1] for url in found if (match := pattern.search(url))})


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with packages of every kind."""
    data = tmp_path_factory.mktemp("jupyter")
    for name in ("one", "two", "both"):
        container(data, name, name)
    container(data, "jupyterlab-odd", "jupyter-odd")
    container(data, "throws", "throws", render="throw new Error('it breaks here');")
    container(data, "held", "held", render="return new Promise((go) => { window.letGo = go; });")
    for name in ("gone", "fallback"):
        (container(data, name, name) / "static" / "remoteEntry.abc.js").unlink()
    ask = "fetch('https://data.example.com/x').catch(() => 0);"
    container(data, "asking", "jupyter-asking", render=ask)
    later = container(data, "later", "later", render=LATER)
    (later / "static" / "umd.js").write_text(UMD)
    for name in ("both", "fallback", "classic"):
        amd(data, name)
    return data


def test_each_library_by_itself(serve: Servers, visits: Visits, data: Path) -> None:
    visits.allow("no code for widgets|remoteEntry.abc.js|gone could not be loaded|it breaks")
    modules = ("one", "jupyter-odd", "jupyter-leaflet", "gone", "throws", "both", "fallback")
    page = visits.open(serve.start(serve.script(app(*modules)), JUPYTER_PATH=str(data)).url)
    expect(page.locator(".shown")).to_have_text(
        ["lab hello", "lab hello", "lab hello", "amd hello"]
    )
    missing, gone, throws = (page.locator(".sundog-broken").nth(index) for index in range(3))
    expect(missing).to_contain_text("The server has no code for widgets of jupyter-leaflet")
    expect(missing).to_contain_text("pip install --force-reinstall ipyleaflet")
    expect(gone).to_contain_text("The widget library gone could not be loaded")
    expect(gone).to_contain_text("it was not found (404)")
    expect(throws).to_contain_text("it breaks here")
    expect(page.get_by_text("after")).to_be_visible()
    # The server knows of the first run what the page will need: nothing waits for the bundle.
    early = page.locator("link[rel=preload]").evaluate_all("all => all.map((each) => each.href)")
    assert [url for url in early if "extensions.json" in url]
    assert len([url for url in early if "/one/static/remoteEntry.abc.js" in url]) == 1
    count = "names => performance.getEntriesByType('resource').filter(e => names.includes(e.name))"
    fetched = page.evaluate(count + ".length", [url for url in early if "/one/" in url])
    assert fetched == 1
    # Of what can be had nothing else.
    assert scripts(page) == ["both", "fallback", "gone", "jupyterlab-odd", "one", "throws"]


def test_the_form_that_a_setting_names_comes_first(
    serve: Servers, visits: Visits, data: Path
) -> None:
    source = app("classic", "both", "later")
    server = serve.start(
        serve.script(source), JUPYTER_PATH=str(data), SUNDOG_WIDGET_LOADERS="both=amd"
    )
    page = visits.open(server.url)
    # What comes after require.js must not hand itself to it.
    expect(page.locator(".shown")).to_have_text(["amd hello", "amd hello", "lab hello 1"])


def test_a_package_installed_meanwhile_is_found_by_the_next_page(
    serve: Servers, visits: Visits, tmp_path: Path
) -> None:
    visits.allow("no code for widgets of new")
    server = serve.start(serve.script(app("new")), JUPYTER_PATH=str(tmp_path))
    expect(visits.open(server.url).locator(".sundog-broken")).to_be_visible()
    container(tmp_path, "new", "new")
    expect(visits.open(server.url).locator(".shown")).to_have_text("lab hello")


LEAVING = (
    APP.replace(
        "widgets.VBox([", 'leave = widgets.Button(description="Leave")\nplace = widgets.VBox(['
    ).replace("*made", "widgets.Tab([*made])")
    + """
leave.on_click(lambda _: setattr(place, "children", [widgets.Label("elsewhere")]))
widgets.VBox([leave, place])
"""
)


def test_a_place_is_left_while_its_widgets_are_being_made(
    serve: Servers, visits: Visits, data: Path
) -> None:
    source = LEAVING.format(modules=("held",))
    page = visits.open(serve.start(serve.script(source), JUPYTER_PATH=str(data)).url)
    page.wait_for_function("window.letGo !== undefined")
    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_text("elsewhere")).to_be_visible()
    expect(page.get_by_text("before")).to_have_count(0)
    page.evaluate("() => { letGo(); return new Promise(requestAnimationFrame); }")
    assert page.locator(".shown").count() == 0


def test_what_a_widget_can_not_reach_is_said_in_its_place(
    serve: Servers, visits: Visits, data: Path
) -> None:
    visits.allow(r"https://data\.example\.com")
    server = serve.start(serve.script(app("one", "jupyter-asking")), JUPYTER_PATH=str(data))
    page = visits.open(server.url)
    expect(page.locator(".sundog-missing-resources")).to_have_text(
        "This widget could not reach data.example.com. Parts of it may be missing."
    )
    before = "element => element.previousElementSibling.textContent"
    assert page.locator(".sundog-missing-resources").evaluate(before) == "lab hello"
    assert page.locator(".shown").count() == 2
