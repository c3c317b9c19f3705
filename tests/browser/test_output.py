"""Everything that a notebook shows, in `Output` widgets."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.servers import Servers
from tests.browser.visits import Visits

KINDS = r"""
import sys
import ipywidgets as widgets
from IPython.display import HTML, JSON, Latex, Markdown, SVG, Image, Javascript, display
import pandas
out = widgets.Output()
with out:
    print("to stdout")
    print("to stderr", file=sys.stderr)
    print("\x1b[31mred text\x1b[0m <b>not bold</b>")
    display(HTML("<b class='mine'>bold</b><script>window.ran = 1</script>"))
    display(Markdown("# Heading\n\n* item with `code`\n\n$e^x$\n\n| a | b |\n|---|---|\n| 1 | 2 |"))
    display(Latex(r"$$\frac{a}{b}$$"))
    display(SVG("<svg xmlns='http://www.w3.org/2000/svg'><circle r='4'/></svg>"))
    display(JSON({"key": [1, 2]}))
    display(Javascript("window.calculated = 6 * 7"))
    display(pandas.DataFrame({"col": [1, 2]}))
    display({"plain": "object"})
    display(widgets.IntSlider(value=4, description="nested"))
    inner = widgets.Output()
    display(inner)
    with inner:
        print("inside")
    raise ValueError("went <wrong>")
widgets.VBox([out.add_class("out")])
"""

FOREIGN = """
from IPython.display import HTML
HTML('''
<script>
document.addEventListener("securitypolicyviolation", () => { window.refused = true })
</script>
<script src="https://scripts.invalid/x.js"></script>
''')
"""

FRAMED = """
import html
from IPython.display import HTML
inner = (
    '<script src="https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js"></script>'
    '<p></p><script>document.querySelector("p").textContent = "Leaflet " + L.version</script>'
)
HTML(f'<iframe srcdoc="{html.escape(inner)}"></iframe>')
"""

CHANGES = r"""
import ipywidgets as widgets
from IPython.display import HTML, clear_output, display
out, log = widgets.Output(), widgets.Output()
count = 0

def button(name):
    def decorate(function):
        made = widgets.Button(description=name)
        made.on_click(function)
        buttons.append(made)
        return function
    return decorate

buttons = []

@button("Print")
@out.capture()
def _(_):
    print("line", len(out.outputs))

@button("Clear")
def _(_):
    out.clear_output()

@button("Later")
def _(_):
    with out:
        clear_output(wait=True)

@button("Replace")
def _(_):
    global count
    count += 1
    with out:
        clear_output(wait=True)
        display(HTML(f"<i>frame {count}</i>"))

@button("Animate")
def _(_):
    with out:
        for number in range(60):
            clear_output(wait=True)
            print("tick", number)

@button("Fresh")
@log.capture(clear_output=True)
def _(_):
    print("only this")

@button("Append")
def _(_):
    out.append_stdout("appended\n")
    out.append_display_data(HTML("<u>shown</u>"))

@button("Set")
def _(_):
    out.outputs = ({"output_type": "stream", "name": "stdout", "text": "set whole"},)

@button("Bar")
def _(_):
    with out:
        for number in range(101):
            print(f"\rstep {number} %", end="")

@button("Flood")
def _(_):
    with out:
        for number in range(3000):
            print("row", number)

handle = display("nothing yet", display_id="state")

@button("Update")
def _(_):
    handle.update(HTML("<em>new state</em>"))
    display("made in a callback", display_id="twice")

with out:
    display("nothing yet", display_id="state")
widgets.VBox([widgets.HBox(buttons), out.add_class("out"), log.add_class("log")])
"""

NESTED = """
import ipywidgets as widgets
from IPython.display import display
out = widgets.Output()
def show(_):
    with out:
        out.clear_output()
        slider = widgets.IntSlider(value=2, description="born")
        said = widgets.Label()
        slider.observe(lambda change: setattr(said, "value", f"got {change.new}"), "value")
        display(slider, said)
button = widgets.Button(description="Show")
button.on_click(show)
display(button, out)
"""


@pytest.fixture
def kinds(serve: Servers, visits: Visits) -> Page:
    return visits.open(serve(KINDS).url)


@pytest.fixture
def page(serve: Servers, visits: Visits) -> Page:
    return visits.open(serve(CHANGES).url)


def press(page: Page, name: str) -> Locator:
    """Press a button; return the output."""
    page.get_by_role("button", name=name, exact=True).click()
    return page.locator(".out")


def test_everything_is_shown(kinds: Page) -> None:
    out = kinds.locator(".out")
    expect(out.get_by_text("to stdout")).to_be_visible()
    expect(out.get_by_text("to stderr")).to_be_visible()
    expect(out.get_by_text("red text")).not_to_have_css("color", "rgb(0, 0, 0)")
    expect(out.get_by_text("<b>not bold</b>")).to_be_visible()
    expect(out.locator("b.mine")).to_have_text("bold")
    expect(out.get_by_role("heading", name="Heading")).to_be_visible()
    expect(out.get_by_role("listitem")).to_contain_text("item with code")
    expect(out.locator(".katex")).to_have_count(2)
    expect(out.locator(".jp-RenderedMarkdown table")).to_be_visible()
    expect(out.locator("svg circle")).to_be_visible()
    expect(out.get_by_text("key")).to_be_visible()
    expect(out.locator("table.dataframe")).to_contain_text("col")
    expect(out.get_by_text("{'plain': 'object'}")).to_be_visible()
    expect(out.get_by_text("nested")).to_be_visible()
    expect(out.get_by_role("slider")).to_have_attribute("aria-valuenow", re.compile("^4"))
    expect(out.get_by_text("inside")).to_be_visible()
    expect(out.get_by_text("ValueError").first).to_be_visible()
    expect(out.get_by_text("went <wrong>").first).to_be_visible()


def test_scripts_of_displays_run(kinds: Page) -> None:
    kinds.wait_for_function("window.ran === 1 && window.calculated === 42")


def test_scripts_from_elsewhere_do_not_run(serve: Servers, visits: Visits) -> None:
    visits.allow("Content Security Policy|scripts.invalid")
    page = visits.open(serve(FOREIGN).url)
    page.wait_for_function("window.refused === true")
    expect(page.get_by_role("alert")).to_contain_text("https://scripts.invalid/x.js")


def test_a_frame_runs_its_scripts_and_gets_known_packages_from_the_server(
    serve: Servers, visits: Visits
) -> None:
    page = visits.open(serve(FRAMED).url)
    expect(page.frame_locator("iframe").locator("p")).to_have_text(re.compile(r"Leaflet 1\.\d"))


def test_outputs_stand_in_order(kinds: Page) -> None:
    texts = "to stdout", "to stderr", "Heading", "plain", "nested", "inside", "ValueError"
    expect(kinds.locator(".out")).to_have_text(re.compile(".*".join(texts), re.DOTALL))


def test_a_callback_prints(page: Page) -> None:
    press(page, "Print")
    expect(press(page, "Print")).to_contain_text(re.compile(r"line 1\s*line 2"))


def test_clear_at_once_and_with_the_next(page: Page) -> None:
    out = press(page, "Print")
    expect(out).to_contain_text("line")
    press(page, "Later")
    press(page, "Replace")
    expect(out.locator("i")).to_have_text("frame 1")
    expect(out).not_to_contain_text("line")
    press(page, "Replace")
    expect(out.locator("i")).to_have_text("frame 2")
    press(page, "Clear")
    expect(out).to_have_text("")


def test_replacing_does_not_flicker(page: Page) -> None:
    out = press(page, "Replace")
    expect(out.locator("i")).to_have_text("frame 1")
    page.evaluate(
        """() => {
          const out = document.querySelector('.out');
          window.seen = [];
          const look = () => {
            window.seen.push(out.getBoundingClientRect().height);
            requestAnimationFrame(look);
          };
          look();
        }"""
    )
    for number in range(2, 8):
        press(page, "Replace")
        expect(out.locator("i")).to_have_text(f"frame {number}")
    heights = set(page.evaluate("window.seen"))
    assert len(heights) == 1
    assert heights != {0}


def test_an_animation_ends_with_its_last_frame(page: Page) -> None:
    expect(press(page, "Animate")).to_have_text("tick 59")


def test_capture_that_clears(page: Page) -> None:
    for _ in range(3):
        press(page, "Fresh")
    expect(page.locator(".log")).to_have_text("only this")


def test_append_and_set(page: Page) -> None:
    out = press(page, "Append")
    expect(out.get_by_text("appended")).to_be_visible()
    expect(out.locator("u")).to_have_text("shown")
    expect(press(page, "Set")).to_have_text("set whole")


def test_carriage_returns(page: Page) -> None:
    press(page, "Clear")
    expect(press(page, "Bar")).to_have_text("step 100 %")


def test_much_text(page: Page) -> None:
    out = press(page, "Flood")
    expect(out.get_by_text("row 2999")).to_be_visible()
    assert len(re.findall(r"row \d+", out.inner_text())) == 3000


def test_a_display_is_updated_wherever_it_stands(page: Page) -> None:
    expect(page.get_by_text("nothing yet")).to_have_count(2)
    press(page, "Update")
    expect(page.locator("em")).to_have_text(["new state", "new state"])
    expect(page.get_by_text("nothing yet")).to_have_count(0)


def test_widgets_born_in_an_output_work(serve: Servers, visits: Visits) -> None:
    page = visits.open(serve(NESTED).url)
    for _ in range(2):
        page.get_by_role("button", name="Show").click()
        slider = page.get_by_role("slider")
        expect(slider).to_have_attribute("aria-valuenow", re.compile("^2"))
        slider.press("ArrowRight")
        expect(page.get_by_text("got 3")).to_be_visible()
    expect(page.get_by_role("slider")).to_have_count(1)
