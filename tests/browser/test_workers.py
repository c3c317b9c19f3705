"""Pages of several workers, one of which ends."""

from __future__ import annotations

import os
import re
import signal

from playwright.sync_api import Page, expect

from tests.browser.servers import Servers
from tests.browser.visits import Visits

APP = """
import os
import ipywidgets as widgets
button, count = widgets.Button(description="Count"), widgets.Label("0")
button.on_click(lambda _: setattr(count, "value", str(int(count.value) + 1)))
widgets.VBox([button, count.add_class("count"), widgets.Label(str(os.getpid())).add_class("pid")])
"""

SECRET = "a secret that the tests know, of more than 32 characters"
LOST = r"WebSocket connection to .* failed|ERR_CONNECTION"


def pid_of(page: Page) -> int:
    return int(page.locator(".pid").inner_text())


def count(page: Page, expected: str) -> None:
    page.get_by_role("button", name="Count").click()
    expect(page.locator(".count")).to_have_text(expected)


def test_a_worker_that_ends_takes_only_its_own_pages_along(serve: Servers, visits: Visits) -> None:
    visits.allow(LOST)
    server = serve.start(serve.script(APP), "--workers", "2", SUNDOG_SESSION_SECRET_KEY=SECRET)
    pages = [visits.open(server.url) for _ in range(2)]
    while len({pid_of(page) for page in pages}) < 2:
        pages[1] = visits.open(server.url)
    ended, other = pages
    for page in pages:
        count(page, "1")
    former = pid_of(ended)
    os.kill(former, signal.SIGKILL)
    status = ended.get_by_role("status")
    expect(status).to_contain_text(re.compile("ended"))
    # The other one has noticed nothing.
    count(other, "2")
    status.get_by_role("button", name="Restart app").click()
    visits.wait_until_ready(ended)
    expect(ended.locator(".count")).to_have_text("0")
    assert pid_of(ended) != former
    count(ended, "1")
    server.wait_for_log(r"worker \d exited on SIGKILL")
