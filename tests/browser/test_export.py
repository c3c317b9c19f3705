"""An exported page, opened from the disk: nothing serves it, and nothing can be fetched."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

APP = """\
import anywidget, ipywidgets as w, traitlets

class Counter(anywidget.AnyWidget):
    _esm = "export default {render({model, el}) { el.textContent = 'any ' + model.get('n'); }}"
    n = traitlets.Int(3).tag(sync=True)

slider = w.IntSlider(description="slider", value=3)
progress = w.IntProgress(max=100)
w.jslink((slider, "value"), (progress, "value"))
output = w.Output()
with output:
    print("printed")
w.VBox([slider, progress, w.Button(description="ask"), w.HTMLMath("$x^2$"), Counter(), output])
"""


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command has written."""
    folder = tmp_path_factory.mktemp("export")
    (folder / "app").mkdir()
    (folder / "assets").mkdir()
    (folder / "app" / "app.py").write_text(APP)
    (folder / "assets" / "custom.css").write_text(".widget-button { color: rgb(1, 2, 3) }")
    command = [sys.executable, "-m", "sundog", "export", "app/app.py", "--title", "A <copy>"]
    subprocess.run(command, cwd=folder, check=True, timeout=60)
    return folder / "app.html"


@pytest.fixture(scope="module")
def page(browser: Browser, exported: Path) -> Iterator[Page]:
    """The page; a complaint of it, or a request but for itself, fails the module."""
    complaints: list[str] = []
    page = browser.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url[:200]))
    page.goto(exported.as_uri())
    yield page
    page.close()
    fetched = [text for text in complaints if not text.startswith(("blob:", "data:"))]
    assert fetched == [exported.as_uri()]


def test_it_shows_what_the_app_showed(page: Page) -> None:
    expect(page).to_have_title("A <copy>")
    expect(page.get_by_text("printed")).to_be_visible()
    expect(page.locator(".katex").first).to_be_visible()
    # Its styles and the code of other libraries came along.
    expect(page.get_by_role("button", name="ask")).to_have_css("color", "rgb(1, 2, 3)")
    expect(page.get_by_text("any 3")).to_be_visible()


def test_linked_controls_work_and_the_others_say_why_not(page: Page) -> None:
    handle = page.get_by_role("slider").first
    handle.focus()
    handle.press("End")
    expect(page.locator(".progress-bar")).to_have_attribute("style", re.compile("width: 100%"))
    page.get_by_role("button", name="ask").click()
    expect(page.get_by_text("a copy without its server")).to_be_visible()


def test_it_is_dark_where_the_reader_prefers_that(browser: Browser, exported: Path) -> None:
    with browser.new_context(color_scheme="dark") as context:
        page = context.new_page()
        page.goto(exported.as_uri())
        expect(page.get_by_text("printed")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_an_existing_file_is_kept(exported: Path) -> None:
    before = exported.read_bytes()
    command = [sys.executable, "-m", "sundog", "export", "app/app.py"]
    done = subprocess.run(
        command, cwd=exported.parent, check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert "--force" in done.stderr
    assert exported.read_bytes() == before
