"""Threads, executors and coroutines that callbacks start."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.servers import Servers
from tests.browser.visits import Visits

APP = """
import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
import ipywidgets as widgets
from IPython.display import display

said = widgets.Label("nothing")
bar = widgets.IntProgress(max=50)
out = widgets.Output()
box = widgets.VBox([])
go_on = threading.Event()
buttons = []

def button(name):
    def decorate(function):
        made = widgets.Button(description=name)
        made.on_click(function)
        buttons.append(made)
        return function
    return decorate

def work():
    for number in range(50):
        bar.value = number + 1
        time.sleep(0.002)
    said.value = "thread done"

@button("Thread")
def _(_):
    threading.Thread(target=work).start()

@button("Held")
def _(_):
    def wait():
        go_on.wait(30)
        with out:
            print("freed in", threading.current_thread() is threading.main_thread())
    threading.Thread(target=wait).start()
    said.value = "waiting"

@button("Free")
def _(_):
    go_on.set()

@button("Pool")
def _(_):
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(lambda n=n: box_for(n)) for n in range(8)]
        box.children = [future.result() for future in futures]

def box_for(number):
    return widgets.Label(f"made {number}")

@button("Later")
def _(_):
    pool = ThreadPoolExecutor(1)
    pool.submit(lambda: 6 * 7).add_done_callback(
        lambda future: setattr(said, "value", f"answer {future.result()}")
    )

async def count():
    for number in range(5):
        said.value = f"step {number}"
        await asyncio.sleep(0.01)
    with out:
        print("counted")

@button("Task")
def _(_):
    asyncio.create_task(count())

@button("Both")
def _(_):
    async def one(number):
        await asyncio.sleep(0.01)
        return number
    async def all_of_them():
        said.value = str(sum(await asyncio.gather(*map(one, range(10)))))
    asyncio.get_event_loop().create_task(all_of_them())

@button("Mixed")
def _(_):
    async def run():
        value = await asyncio.to_thread(lambda: (time.sleep(0.01), 11)[1])
        said.value = f"from a thread {value}"
    asyncio.ensure_future(run())

@button("Wait")
def _(_):
    async def run():
        future = asyncio.get_running_loop().create_future()
        slider.observe(lambda change: future.done() or future.set_result(change.new), "value")
        said.value = "move the slider"
        said.value = f"moved to {await future}"
    asyncio.create_task(run())

@button("Fail")
def _(_):
    def fail():
        raise RuntimeError("thread failed")
    threading.Thread(target=fail).start()

@button("Fail task")
def _(_):
    async def fail():
        raise RuntimeError("task failed")
    asyncio.create_task(fail())

slider = widgets.IntSlider()
widgets.VBox([widgets.HBox(buttons), slider, said.add_class("said"), bar, out, box])
"""

BLOCKED = """
import pathlib
import time
import ipywidgets as widgets
button = widgets.Button(description="Block")
def block(_):
    while not pathlib.Path(__file__).with_name("free").exists():
        time.sleep(0.01)
button.on_click(block)
slider, said = widgets.IntSlider(), widgets.Label()
widgets.dlink((slider, "value"), (said, "value"), lambda value: f"at {value}")
widgets.VBox([button, slider, said])
"""


@pytest.fixture
def page(serve: Servers, visits: Visits) -> Page:
    return visits.open(serve(APP).url)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_thread_drives_a_progress_bar(page: Page) -> None:
    bar = page.locator(".progress-bar")
    press(page, "Thread")
    expect(page.locator(".said")).to_have_text("thread done")
    expect(bar).to_have_attribute("style", re.compile("width: 100%"))


def test_callbacks_run_while_a_thread_waits(page: Page) -> None:
    press(page, "Held")
    expect(page.locator(".said")).to_have_text("waiting")
    press(page, "Free")
    expect(page.get_by_text("freed in False")).to_be_visible()


def test_an_executor_makes_widgets(page: Page) -> None:
    press(page, "Pool")
    for number in range(8):
        expect(page.get_by_text(f"made {number}")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Later", "answer 42"),
        ("Task", "step 4"),
        ("Both", "45"),
        ("Mixed", "from a thread 11"),
    ],
)
def test_work_ends_with_news(page: Page, name: str, text: str) -> None:
    press(page, name)
    expect(page.locator(".said")).to_have_text(text)


def test_a_task_prints_into_an_output(page: Page) -> None:
    press(page, "Task")
    expect(page.get_by_text("counted")).to_be_visible()


def test_a_coroutine_waits_for_the_user(page: Page) -> None:
    press(page, "Wait")
    expect(page.locator(".said")).to_have_text("move the slider")
    page.get_by_role("slider").press("ArrowRight")
    expect(page.locator(".said")).to_have_text("moved to 1")


@pytest.mark.parametrize(
    ("name", "text"), [("Fail", "thread failed"), ("Fail task", "task failed")]
)
def test_errors_outside_of_callbacks_are_shown(page: Page, name: str, text: str) -> None:
    press(page, name)
    expect(page.locator("#sundog-errors")).to_contain_text(text)
    press(page, "Later")
    expect(page.locator(".said")).to_have_text("answer 42")


def test_a_blocked_kernel_blocks_no_other(serve: Servers, visits: Visits) -> None:
    app = serve.script(BLOCKED)
    server = serve.start(app)
    one, two = visits.open(server.url), visits.open(server.url)
    press(one, "Block")
    one.get_by_role("slider").press("ArrowRight")
    two.get_by_role("slider").press("ArrowRight")
    expect(two.get_by_text("at 1")).to_be_visible()
    expect(one.get_by_text("at 0")).to_be_visible()
    (app.parent / "free").touch()
    expect(one.get_by_text("at 1")).to_be_visible()
