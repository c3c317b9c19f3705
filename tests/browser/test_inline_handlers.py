"""Event handlers in the attributes of displayed HTML run, and only there."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.servers import Servers
from tests.browser.visits import Visits

# The browser blocks the attributes, and says so, before the page runs their code in its own way.
BLOCKED = "Executing inline event handler violates"
APP = r"""
import ipywidgets as widgets
from IPython.display import HTML, IFrame, Javascript, Markdown, display

display(HTML("<button onclick=\"this.textContent = 'shown'\">in HTML</button>"))
display(HTML("<a href='#moved' onclick=\"this.textContent = event.type; return false\">link</a>"))
display(HTML("<div id=later></div><script>document.getElementById('later').innerHTML = "
             "'<button onclick=\"this.textContent = 1 + 1\">of a script</button>'</script>"))
display(Javascript("element.innerHTML = "
                   "'<button onclick=\"this.textContent = 2 + 2\">of JavaScript</button>'"))
display(HTML("<iframe srcdoc=\"<button onclick=&quot;this.textContent = 'framed'&quot;>"
             "in a frame</button>\"></iframe>"))
output = widgets.Output()
with output:
    display(HTML("<button onclick=\"this.textContent = 'put out'\">in an output</button>"))
display(output)
display(Markdown("<button onclick=\"this.textContent = 'bad'\">in Markdown</button>"))
display(widgets.HTML("<button onclick=\"this.textContent = 'bad'\">in a widget</button>"))
"""
PLAYER = """
import matplotlib.pyplot as plt
from IPython.display import HTML, display
from matplotlib.animation import FuncAnimation

figure, axes = plt.subplots(figsize=(3, 2))
(line,) = axes.plot([0, 1], [0, 1])
animation = FuncAnimation(figure, lambda i: line.set_data([0, 1], [0, i]), frames=4)
plt.close()
display(HTML(animation.to_jshtml()))
"""


@pytest.mark.parametrize("evaluation", ["true", "false"])
def test_handlers_of_displayed_html_run(serve: Servers, visits: Visits, evaluation: str) -> None:
    visits.allow(BLOCKED)
    page = visits.open(serve.start(serve.script(APP), SUNDOG_SCRIPT_EVAL=evaluation).url)
    for before, after in (
        ("in HTML", "shown"),
        ("of a script", "2"),
        ("of JavaScript", "4"),
        ("in an output", "put out"),
    ):
        page.get_by_role("button", name=before).click()
        expect(page.get_by_role("button", name=after, exact=True)).to_be_visible()
    page.get_by_role("link", name="link").click()
    expect(page.get_by_role("link", name="click")).to_be_visible()
    assert "#moved" not in page.url
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="in a frame").click()
    expect(frame.get_by_role("button", name="framed")).to_be_visible()


def test_handlers_of_markdown_and_of_widgets_are_blocked(serve: Servers, visits: Visits) -> None:
    visits.allow(BLOCKED)
    page = visits.open(serve.start(serve.script(APP)).url)
    for name in ("in Markdown", "in a widget"):
        page.get_by_role("button", name=name).click()
    # What comes after them has been handled.
    page.get_by_role("button", name="in HTML").click()
    expect(page.get_by_role("button", name="shown")).to_be_visible()
    expect(page.get_by_role("button", name="bad")).to_have_count(0)


def test_the_player_of_an_animation_plays(serve: Servers, visits: Visits) -> None:
    pytest.importorskip("matplotlib")
    # The player's icons come from a CDN; its buttons have titles.
    visits.allow("font-awesome")
    visits.allow(BLOCKED)
    page = visits.open(serve.start(serve.script(PLAYER)).url)
    slider = page.locator(".anim-slider")
    page.get_by_title("First frame").click()
    expect(slider).to_have_value("0")
    page.get_by_title("Next frame").click()
    expect(slider).to_have_value("1")
    page.get_by_title("Last frame").click()
    expect(slider).to_have_value("3")
