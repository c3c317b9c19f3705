"""Files are saved while pages show them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import nbformat
import pytest
from playwright.sync_api import Page, expect

from tests.browser.servers import AppServer, Servers
from tests.browser.visits import OFFLINE, Visits
from tests.patience import PATIENCE

HELPER = 'WORD = "star"\n'
APP = """
import ipywidgets as widgets
import sundog
from helper import WORD

slider = widgets.IntSlider(description="Size", max=20)
name = widgets.Text(description="Name", value="anon")
said = widgets.Label()
filler = widgets.HTML("<div style='height: 3000px'>tall</div>")

def update(change):
    said.value = f"{name.value} {WORD} {slider.value}"

slider.observe(update, "value")
name.observe(update, "value")
sundog.on_kernel_start(lambda: lambda: print("cleaned up"))
widgets.VBox([slider, name, said.add_class("said"), filler])
"""


class Project:
    """An app on disk, its server, and a page that shows it."""

    def __init__(self, serve: Servers, source: str = APP, **files: str) -> None:
        self.app = serve.script(source)
        for stem, text in files.items():
            self.write(f"{stem}.py", text)
        self.server: AppServer = serve.start(self.app, SUNDOG_EDITOR="vscode")

    def write(self, name: str, text: str) -> None:
        """Save a file as editors do: written beside, and put in its place."""
        path = self.app.with_name(name)
        beside = path.with_suffix(".tmp~")
        beside.write_text(dedent(text), encoding="utf-8")
        beside.replace(path)

    def change(self, old: str, new: str) -> None:
        """Save the app with a part of it changed."""
        text = self.app.read_text()
        assert old in text
        self.app.write_text(text.replace(old, new))


@pytest.fixture
def project(serve: Servers) -> Project:
    return Project(serve, helper=HELPER)


@pytest.fixture
def page(project: Project, visits: Visits) -> Page:
    page = visits.open(project.server.url)
    page.evaluate("window.marker = 1")
    return page


def enter(page: Page) -> None:
    page.get_by_role("slider").first.press("ArrowRight")
    page.get_by_label("Name").fill("Bob")
    page.get_by_label("Name").press("Enter")
    expect(page.locator(".said")).to_have_text("Bob star 1")


def test_new_code_takes_over_and_entered_values_stay(project: Project, page: Page) -> None:
    enter(page)
    page.evaluate("window.scrollTo(0, 500)")
    page.get_by_label("Name").focus()
    project.change("{WORD}", "** {WORD} **")
    expect(page.locator(".said")).to_have_text("Bob ** star ** 1")
    # The old run has ended as any does.
    project.server.wait_for_log("cleaned up")
    # A widget before the others, and a new default of one that nobody has touched.
    project.change("VBox([", 'VBox([widgets.IntSlider(description="New", value=7), ')
    expect(page.get_by_role("slider")).to_have_count(2)
    expect(page.get_by_role("slider").first).to_have_attribute("aria-valuetext", "7")
    project.change("value=7", "value=9")
    expect(page.get_by_role("slider").first).to_have_attribute("aria-valuetext", "9")
    expect(page.locator(".said")).to_have_text("Bob ** star ** 1")
    assert page.evaluate("window.marker") == 1
    assert page.evaluate("window.scrollY") == 500
    expect(page.get_by_label("Name")).to_be_focused()


def test_what_is_entered_while_code_takes_over_arrives(project: Project, page: Page) -> None:
    project.change("max=20", "max=200")
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuemax", "200.0")
    enter(page)
    page.get_by_role("slider").focus()
    # Before, while and after the new code comes, and when more of it comes at once.
    for stars, presses in (("*", 5), ("**", 30), ("***", 30)):
        project.change("{WORD}", "*{WORD}")
        for _ in range(presses):
            page.keyboard.press("ArrowRight", delay=10)
        if stars != "*":
            expect(page.locator(".said")).to_contain_text(f"Bob {stars}star")
    expect(page.locator(".said")).to_have_text("Bob ***star 66")
    expect(page.locator(".widget-readout")).to_have_text("66")


def test_a_module_of_the_project(project: Project, page: Page) -> None:
    enter(page)
    project.write("helper.py", 'WORD = "moon"\n')
    expect(page.locator(".said")).to_have_text("Bob moon 1")
    # Deleted and made again, of the same length and in the same second.
    path = project.app.with_name("helper.py")
    path.unlink()
    path.write_text('WORD = "suns"\n')
    expect(page.locator(".said")).to_have_text("Bob suns 1")


def test_a_failing_save_shows_over_the_running_app(project: Project, page: Page) -> None:
    enter(page)
    fault = page.get_by_role("region", name="Why the app cannot run")
    project.change("said = widgets.Label()", "said = widgets.Label(")
    expect(fault).to_contain_text("SyntaxError")
    expect(fault.locator("mark")).to_contain_text("said = widgets.Label(")
    link = fault.locator("figcaption a")
    expect(link).to_have_attribute("href", f"vscode://file{project.app}:8")
    expect(fault).not_to_contain_text("site-packages")
    project.server.wait_for_log("SyntaxError")
    # The old code works on, and a page that comes now sees both.
    page.get_by_role("slider").press("ArrowRight")
    expect(page.locator(".said")).to_have_text("Bob star 2")
    project.change("said = widgets.Label(", "said = widgets.Label()")
    project.write("helper.py", "import missing_module\n")
    expect(fault).to_contain_text("No module named 'missing_module'")
    project.write("missing_module.py", "")
    expect(fault).to_contain_text("cannot import name 'WORD'")
    project.write("helper.py", HELPER)
    expect(fault).to_be_hidden()
    expect(page.locator(".said")).to_have_text("Bob star 2")


def test_a_page_that_is_away_gets_the_new_code_when_it_comes_back(
    project: Project, page: Page, visits: Visits
) -> None:
    visits.allow(OFFLINE)
    enter(page)
    page.context.set_offline(True)
    page.evaluate("window.sundogEarly.socket.close()")
    project.change("{WORD}", "new {WORD}")
    project.server.wait_for_log("app.py changed: app ran")
    page.context.set_offline(False)
    expect(page.locator(".said")).to_have_text("Bob new star 1")


def test_an_app_that_is_broken_at_the_start(serve: Servers, visits: Visits) -> None:
    app = serve.script("import ipywidgets\nipywidgets.Label(1 / 0)\n")
    # It keeps its neighbours from starting, too.
    app.with_name("other.py").write_text("import ipywidgets\nipywidgets.Label('neighbour')\n")
    page = visits.open(serve.start(app, "other.py").url + "/app/", wait=False)
    fault = page.get_by_role("region", name="Why the app cannot run")
    expect(fault).to_contain_text("ZeroDivisionError")
    app.write_text("import ipywidgets\nipywidgets.Label('works')\n")
    expect(page.get_by_text("works", exact=True)).to_be_visible()
    expect(fault).to_be_hidden()


def test_a_notebook(serve: Servers, visits: Visits) -> None:
    cell = nbformat.v4.new_code_cell
    path = serve.notebook(
        cell("import ipywidgets as widgets\nname = widgets.Text(description='Name')\nname"),
        cell("print('first')"),
    )
    server = serve.start(path)
    page = visits.open(server.url)
    page.get_by_label("Name").fill("Ann")
    page.get_by_label("Name").press("Enter")
    book = nbformat.read(str(path), as_version=4)
    book.cells[1].source = "print('second', name.value)"
    book.cells.insert(0, nbformat.v4.new_markdown_cell("# A title"))
    nbformat.write(book, str(path))
    expect(page.get_by_role("heading", name="A title")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Ann")
    expect(page.get_by_text("second")).to_be_visible()


def test_styles_are_swapped_in_place(serve: Servers, visits: Visits) -> None:
    app = serve.script('import ipywidgets\nipywidgets.Label("styled").add_class("styled")\n')
    assets = app.parent.parent / "assets"
    assets.mkdir()
    style = assets / "custom.css"
    style.write_text(".styled { color: rgb(1, 2, 3); }")
    page = visits.open(serve.start(app).url)
    page.evaluate("window.marker = 1")
    label = page.locator(".styled")
    expect(label).to_have_css("color", "rgb(1, 2, 3)")
    # The app's own have the last word, however late a widget library adds its styles.
    page.add_style_tag(content=".styled { color: red; margin: 7px; }")
    expect(label).to_have_css("margin", "7px")
    expect(label).to_have_css("color", "rgb(1, 2, 3)")
    style.write_text(".styled { color: rgb(4, 5, 6); }")
    expect(label).to_have_css("color", "rgb(4, 5, 6)")
    assert page.evaluate("window.marker") == 1


def test_a_text_is_an_app_too(serve: Servers, visits: Visits) -> None:
    text = serve.script("# First\n\nSome words.\n", "app.md")
    page = visits.open(serve.start(text).url)
    page.evaluate("window.marker = 1")
    expect(page.get_by_role("heading", name="First")).to_be_visible()
    text.write_text("# Second\n\nSome words.\n")
    expect(page.get_by_role("heading", name="Second")).to_be_visible()
    expect(page.get_by_role("heading", name="First")).to_have_count(0)
    assert page.evaluate("window.marker") == 1


def test_a_script_of_the_page_loads_it_anew(serve: Servers, visits: Visits) -> None:
    app = serve.script('import ipywidgets\nipywidgets.Text(description="Name")\n')
    script = app.parent.parent / "assets" / "custom.js"
    script.parent.mkdir()
    script.write_text("document.documentElement.dataset.script = 'old';")
    page = visits.open(serve.start(app).url)
    page.get_by_label("Name").fill("Ann")
    page.get_by_label("Name").press("Enter")
    script.write_text("document.documentElement.dataset.script = 'new';")
    expect(page.locator("html[data-script=new]")).to_be_attached()
    # What was entered is offered.
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_label("Name")).to_have_value("Ann")


def test_nothing_is_watched_in_production(serve: Servers, visits: Visits) -> None:
    server = serve.start(
        serve.script("import ipywidgets\nipywidgets.Label('fixed')\n"), "--production"
    )
    descriptors = Path(f"/proc/{server.process.pid}/fd").iterdir()
    assert not any("inotify" in str(each.readlink()) for each in descriptors)


def test_a_page_sees_the_app_start(serve: Servers, visits: Visits) -> None:
    project = Project(serve, "import ipywidgets\nipywidgets.Label('ready')\n")
    go = project.app.with_name("go")
    path = serve.notebook(
        nbformat.v4.new_code_cell("import ipywidgets"),
        nbformat.v4.new_code_cell(
            f"import time, pathlib\nwhile not pathlib.Path({str(go)!r}).exists(): time.sleep(0.02)"
        ),
        nbformat.v4.new_code_cell("ipywidgets.Label('there')"),
    )
    # A taken port says that the process listens; the app has not run then.
    port = project.server.port
    project.server.stop()
    process = subprocess.Popen(
        [sys.executable, "-m", "sundog", "run", path.name, "--no-open", "--port", str(port)],
        cwd=path.parent,
        env={**os.environ, "XDG_STATE_HOME": str(path.parent / "state")},
    )
    try:
        wait_until_open(port)
        page = visits.open(f"http://localhost:{port}", wait=False)
        expect(page.get_by_role("status")).to_contain_text("Running cell 2 of 3")
        go.touch()
        expect(page.get_by_text("there", exact=True)).to_be_visible()
        page.close()
    finally:
        process.terminate()
        process.wait(20)


def wait_until_open(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            socket.create_connection(("localhost", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return


WIDGET = '''
import anywidget
import ipywidgets as widgets

class Failing(anywidget.AnyWidget):
    _esm = """
    function render({ el }) {
      const button = document.createElement("button");
      button.textContent = "Throw";
      button.onclick = () => { throw new Error("from the widget's script"); };
      el.append(button);
    }
    export default { render };
    """

Failing()
'''


def test_errors_of_scripts(serve: Servers, visits: Visits) -> None:
    server = serve(WIDGET)
    visits.allow("from the widget's script")
    page = visits.open(server.url)
    page.get_by_role("button", name="Throw").click()
    panel = page.get_by_role("region", name="Errors of the app")
    expect(panel).to_contain_text("Error: from the widget's script")
    server.wait_for_log("in the browser: Error in JavaScript")
    server.wait_for_log("from the widget's script")


ENDING = """
import asyncio
import threading
import ipywidgets as widgets
import sundog

stop = threading.Event()

def work():
    stop.wait()
    print("thread was told")

async def wait():
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        print("task was cancelled")
        raise

thread = threading.Thread(target=work)
sundog.on_kernel_start(lambda: stop.set)
label = widgets.Label("version 1")
begin = widgets.Button(description="Begin")
tasks = []

def start(_):
    thread.start()
    tasks.append(asyncio.get_running_loop().create_task(wait()))
    label.value = "at work"

begin.on_click(start)
widgets.VBox([begin, label.add_class("said")])
"""


def test_what_the_old_run_had_begun_ends(serve: Servers, visits: Visits) -> None:
    project = Project(serve, ENDING)
    page = visits.open(project.server.url)
    page.get_by_role("button", name="Begin").click()
    expect(page.locator(".said")).to_have_text("at work")
    assert "was" not in project.server.log
    project.change("version 1", "version 2")
    expect(page.locator(".said")).to_have_text("version 2")
    project.server.wait_for_log("thread was told")
    project.server.wait_for_log("task was cancelled")


def test_a_variable_of_the_env_file(serve: Servers, visits: Visits) -> None:
    app = serve.script(
        "import os\nimport ipywidgets\n"
        "ipywidgets.Label(os.environ.get('GREETING', 'none')).add_class('said')\n"
    )
    env = app.with_name(".env")
    env.write_text("GREETING=hello\n")
    server = serve.start(app)
    page = visits.open(server.url)
    said = page.locator(".said")
    expect(said).to_have_text("hello")
    env.write_text("GREETING=good day\n")
    expect(said).to_have_text("good day")
    env.write_text("SUNDOG_THEME_TITLE=Other\n")
    expect(said).to_have_text("none")
    server.wait_for_log("reads SUNDOG_THEME_TITLE only at start")


def test_a_page_of_a_folder(serve: Servers, visits: Visits) -> None:
    first = serve.script("import ipywidgets\nipywidgets.Label('home')\n", "1_home.py")
    second = first.with_name("2_numbers.py")
    second.write_text(
        "import ipywidgets as widgets\n"
        "size = widgets.IntSlider(description='Size')\n"
        "widgets.VBox([size, widgets.Label('one').add_class('said')])\n"
    )
    server = serve.start(first.parent)
    page = visits.open(server.url + "/numbers")
    page.evaluate("window.marker = 1")
    page.get_by_role("slider").press("ArrowRight")
    expect(page.locator(".widget-readout")).to_have_text("1")
    second.write_text(second.read_text().replace("'one'", "'two'"))
    expect(page.locator(".said")).to_have_text("two")
    expect(page.locator(".widget-readout")).to_have_text("1")
    assert page.url.endswith("/numbers")
    assert page.evaluate("window.marker") == 1
    # A page that comes to the folder is served.
    first.with_name("3_more.py").write_text("import ipywidgets\nipywidgets.Label('more')\n")
    page.get_by_role("navigation").get_by_role("link", name="More").click()
    expect(page.get_by_text("more", exact=True)).to_be_visible()
    expect(page.locator("#sundog-menu [aria-current]")).to_have_text("More")
    assert page.evaluate("window.marker") == 1
