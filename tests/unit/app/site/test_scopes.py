"""What a page of a folder app does while another page is shown lands on its own page."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from sundog.kernel.kernel import VirtualKernel
from tests.apps import Apps
from tests.kernels import run_in, settle
from tests.patience import PATIENCE
from tests.unit.app.client import SiteClient

# Imported here to stay imported: numpy can be loaded only once per process.
pytest.importorskip("matplotlib.pyplot")

# Each way to run code later: `start()` starts it from the page, `later` is what it calls.
STARTERS = {
    "task": """
        async def wait():
            await opened
            later()
        task = asyncio.get_running_loop().create_task(wait())
    """,
    "thread": """
        thread = threading.Thread(target=lambda: (gate.wait(), later()))
        thread.start()
    """,
    "job": """
        job = asyncio.get_running_loop().run_in_executor(None, lambda: (gate.wait(), later()))
    """,
    "timer": """
        opened.add_done_callback(lambda _: asyncio.get_running_loop().call_later(0, later))
    """,
    "callback": """
        button.on_click(lambda _: later())
    """,
    "observer": """
        slider.observe(lambda _: later(), "value")
    """,
}

PAGE = """
import asyncio, threading
import ipywidgets as widgets
from IPython import get_ipython
from IPython.display import clear_output, display

name = "first"
gate, done = threading.Event(), threading.Event()
opened = asyncio.get_running_loop().create_future()
button, slider = widgets.Button(), widgets.IntSlider()
display(widgets.Label("of the first"))

def later():
    try:
        {action}
    finally:
        done.set()

{starter}
"""

SECOND = """
import ipywidgets as widgets
name = "second"
widgets.Label("of the second")
"""


def open_gate(client: SiteClient) -> None:
    """Let what the first page has started go on, whatever it waits for."""
    names = client.namespace("1_first.py")
    names["gate"].set()
    run_in(client.kernel, lambda: names["opened"].set_result(None))
    click = {"method": "custom", "content": {"event": "click"}}
    client.page.send(["msg", names["button"].model_id, click])
    client.page.wait_for_ack(client.page.update(names["slider"].model_id, value=3))
    assert names["done"].wait(PATIENCE)
    settle(client.kernel)


@pytest.fixture
def visit(apps: Apps, opened: Any) -> Any:
    def visit(starter: str, action: str) -> SiteClient:
        lines = "\n".join(
            line.strip(" ") if not line.startswith(" " * 9) else line[8:]
            for line in STARTERS[starter].splitlines()
        )
        apps.script(PAGE.format(starter=lines, action=action), "1_first.py")
        apps.script(SECOND, "2_second.py")
        client = SiteClient(apps, opened())
        client.go("/second")
        open_gate(client)
        return client

    return visit


@pytest.mark.parametrize("starter", STARTERS)
def test_what_is_displayed_lands_on_its_own_page(visit: Any, starter: str) -> None:
    client = visit(starter, "display(widgets.Label('late'))")
    assert client.values == ["of the second"]
    client.go("/")
    assert client.values == ["of the first", "late"]


@pytest.mark.parametrize("starter", STARTERS)
def test_clearing_empties_its_own_page(visit: Any, starter: str) -> None:
    client = visit(starter, "clear_output()")
    assert client.values == ["of the second"]
    client.go("/")
    assert client.values == []


@pytest.mark.parametrize("starter", STARTERS)
def test_the_shell_has_the_names_of_its_own_page(visit: Any, starter: str) -> None:
    client = visit(starter, "globals()['found'] = get_ipython().user_ns['name']")
    assert client.namespace("1_first.py")["found"] == "first"


@pytest.mark.parametrize("starter", STARTERS)
def test_main_is_its_own_page(visit: Any, starter: str) -> None:
    client = visit(starter, "import __main__; globals()['found'] = __main__.name")
    assert client.namespace("1_first.py")["found"] == "first"


@pytest.mark.parametrize("starter", ["task", "thread", "callback"])
def test_figures_are_shown_on_their_own_page(visit: Any, starter: str) -> None:
    action = "import matplotlib.pyplot as plt; plt.figure(figsize=(1, 1)); plt.show()"
    client = visit(starter, action)
    assert client.values == ["of the second"]
    client.go("/")
    assert client.values == ["of the first", "<Figure size 100x100 with 0 Axes>"]


def test_an_observer_of_the_location_belongs_to_the_page_that_registered_it(
    apps: Apps, opened: Any
) -> None:
    apps.script(
        """
        import ipywidgets as widgets, sundog
        from IPython.display import display
        display(widgets.Label("of the first"))
        sundog.get_location().observe(lambda place: display(widgets.Label(place.path)))
        """,
        "1_first.py",
    )
    apps.script(SECOND, "2_second.py")
    client = SiteClient(apps, opened())
    client.go("/second")
    assert client.values == ["of the second"]
    client.go("/")
    assert client.values == ["of the first", "/second", "/"]


def test_a_layout_displays_on_the_page_that_is_shown(apps: Apps, opened: Any) -> None:
    apps.script(
        """
        import ipywidgets as widgets
        from IPython.display import display
        button = widgets.Button()
        button.on_click(lambda _: display(widgets.Label("from the layout")))

        def Layout(page):
            return widgets.VBox([button, page])
        """,
        "__init__.py",
    )
    apps.script("import ipywidgets as widgets\nwidgets.Label('of the first')", "1_first.py")
    apps.script(SECOND, "2_second.py")
    client = SiteClient(apps, opened())
    client.go("/second")
    button = client.namespace("__init__.py")["button"]
    click = {"method": "custom", "content": {"event": "click"}}
    client.page.wait_for_ack(client.page.send(["msg", button.model_id, click]))
    (layout,) = client.shown
    texts = [text_of(client.kernel, item) for item in layout.children[1].outputs]
    assert texts == ["of the second", "from the layout"]


def test_a_thread_without_a_kernel_has_no_page(apps: Apps, opened: Any) -> None:
    apps.script(SECOND, "app.py")
    client = SiteClient(apps, opened())
    found: list[object] = []
    from sundog.scope import current_scope

    thread = threading.Thread(target=lambda: found.append(current_scope()))
    thread.start()
    thread.join(PATIENCE)
    assert found == [None]
    assert client.values == ["of the second"]


def text_of(kernel: VirtualKernel, item: dict[str, Any]) -> str:
    """Return the value of the label that an output shows."""
    view = item["data"]["application/vnd.jupyter.widget-view+json"]
    value: str = kernel.widgets[view["model_id"]].value
    return value
