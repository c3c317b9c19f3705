"""A page whose network goes away for a while: nothing missing, nothing twice, no click lost."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.servers import AppServer, Servers
from tests.browser.visits import Visits
from tests.stress.lines import CrowdThread, NetworkThread

# Counts by itself, works when told to, and notes every step in an Output: what is shown is a
# record of what has arrived.
APP = """
import asyncio
import threading, time
import ipywidgets as widgets
number, clicks, progress = widgets.IntText(), widgets.Label("0"), widgets.Label("idle")
text, log = widgets.Text(description="Text"), widgets.Output()
click, work = widgets.Button(description="Click"), widgets.Button(description="Work")

@click.on_click
def count_click(_):
    clicks.value = str(int(clicks.value) + 1)
    with log:
        print(f"<click {clicks.value}>")

@work.on_click
def start_work(_):
    def run():
        for step in range(1, 101):
            progress.value = f"{step} of 100"
            time.sleep(0.02)
        progress.value = "done"
    threading.Thread(target=run).start()

async def count():
    while True:
        number.value += 1
        with log:
            print(f"<{number.value}>")
        await asyncio.sleep(0.2)

task = asyncio.ensure_future(count())
widgets.VBox([number, clicks.add_class("clicks"), progress.add_class("progress"), text, click,
              work, log])
"""

LOST = r"WebSocket connection to .* failed|ERR_CONNECTION|ERR_EMPTY|ERR_TIMED_OUT"
CUTS = [
    pytest.param(1.0, 10, id="1s"),
    pytest.param(1.0, 200, id="1s among 200", marks=pytest.mark.stress),
    pytest.param(10.0, 200, id="10s among 200", marks=pytest.mark.stress),
    pytest.param(60.0, 200, id="60s among 200", marks=pytest.mark.stress),
]
# The page asks, and waits 15 s for the answer.
FOUND_SECONDS = 20.0
# The page asks every 20 s.
FOUND_ALONE_SECONDS = 40.0
MakeNetwork = Callable[[AppServer], NetworkThread]
Crowded = Callable[[AppServer, NetworkThread, int], CrowdThread]


@pytest.fixture
def make_network() -> Iterator[MakeNetwork]:
    made: list[NetworkThread] = []

    def make(server: AppServer) -> NetworkThread:
        made.append(NetworkThread(server.port))
        return made[-1]

    yield make
    for network in made:
        network.close()


@pytest.fixture
def crowded() -> Iterator[Crowded]:
    made: list[CrowdThread] = []

    def make(server: AppServer, network: NetworkThread, count: int) -> CrowdThread:
        made.append(CrowdThread(server.port, network.port, count))
        return made[-1]

    yield make
    for crowd in made:
        crowd.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def steps(page: Page) -> tuple[list[int], list[int]]:
    """Return the counts and the clicks that the page shows, in order."""
    text = page.locator("#sundog-root").inner_text()
    counts = [int(found) for found in re.findall(r"<(\d+)>", text)]
    return counts, [int(found) for found in re.findall(r"<click (\d+)>", text)]


@pytest.mark.timeout(400)
@pytest.mark.parametrize(("seconds", "others"), CUTS)
def test_a_cut(
    serve: Servers,
    visits: Visits,
    make_network: MakeNetwork,
    crowded: Crowded,
    seconds: float,
    others: int,
) -> None:
    """One page in a browser, and others that are at work on the same server and the same line."""
    visits.allow(LOST)
    server = serve.start(serve.script(APP), SUNDOG_HANDSHAKE_RATE="none")
    network = make_network(server)
    page = visits.open(network.url)
    crowd = crowded(server, network, others)
    navigations: list[str] = []
    page.on("framenavigated", lambda frame: navigations.append(frame.url))
    press(page, "Work")
    expect(page.locator(".progress")).to_contain_text("of 100")
    for _ in range(3):
        press(page, "Click")
    network.cut()
    began, pressed = time.monotonic(), 3
    while time.monotonic() - began < seconds:
        press(page, "Click")
        pressed += 1
        page.wait_for_timeout(250)
    before = steps(page)[0][-1]
    network.mend()
    expect(page.locator(".clicks")).to_have_text(str(pressed), timeout=60_000)
    expect(page.locator(".progress")).to_have_text("done")
    press(page, "Click")
    expect(page.locator(".clicks")).to_have_text(str(pressed + 1))
    page.wait_for_timeout(300)
    counts, clicks = steps(page)
    assert counts == list(range(1, counts[-1] + 1))
    assert clicks == list(range(1, pressed + 2))
    # It went on meanwhile: ten a second, on a machine that may be busy.
    assert counts[-1] - before > 2 * seconds
    assert navigations == []
    assert crowd.finish() == []
    assert crowd.returned == others


def test_past_the_ring(serve: Servers, visits: Visits, make_network: MakeNetwork) -> None:
    visits.allow(LOST)
    app = serve.script(APP)
    network = make_network(serve.start(app, SUNDOG_REPLAY_MESSAGES="10"))
    page = visits.open(network.url)
    warnings: list[str] = []
    page.on("console", lambda message: warnings.append(message.text))
    page.on("framenavigated", lambda frame: pytest.fail("the page was loaded again"))
    press(page, "Click")
    expect(page.locator(".clicks")).to_have_text("1")
    page.get_by_label("Text").fill("typed")
    network.cut()
    press(page, "Click")
    page.wait_for_timeout(1500)
    network.mend()
    expect(page.locator(".clicks")).to_have_text("2")
    expect(page.get_by_label("Text")).to_have_value("typed")
    page.wait_for_timeout(300)
    counts, clicks = steps(page)
    assert counts == list(range(1, counts[-1] + 1))
    assert clicks == [1, 2]
    assert [text for text in warnings if re.match(r"The page missed \d+ messages", text)]


@pytest.mark.stress
@pytest.mark.timeout(150)
@pytest.mark.parametrize("told", [True, False], ids=["told", "by itself"])
def test_a_network_that_swallows_everything(
    serve: Servers, visits: Visits, make_network: MakeNetwork, told: bool
) -> None:
    visits.allow(LOST)
    network = make_network(serve(APP))
    page = visits.open(network.url)
    network.swallow()
    press(page, "Click")
    began = time.monotonic()
    if told:
        # There may be something new, as when a laptop wakes up.
        page.evaluate("window.dispatchEvent(new Event('online'))")
    status = page.get_by_role("status")
    expect(status).to_contain_text("Connection lost", timeout=60_000)
    assert time.monotonic() - began < (FOUND_SECONDS if told else FOUND_ALONE_SECONDS)
    network.mend()
    expect(page.locator(".clicks")).to_have_text("1")
    counts, clicks = steps(page)
    assert counts == list(range(1, counts[-1] + 1))
    assert clicks == [1]
