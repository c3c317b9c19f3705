"""The website that solara-ui ships, served by Sundog without internet, and visits to its pages."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request
from playwright.async_api import Error as BrowserError
from playwright.async_api import TimeoutError as BrowserTimeout

from tests.browser.servers import AppServer
from tests.browser.visits import LOOPBACK
from tests.environments import make

ENVIRONMENT = "solara"
LAUNCHER = Path(__file__).with_name("offline.py")
SPEC = "solara.website.pages"

LOAD_MS = 30_000
QUIET_SECONDS = 0.8
SETTLE_SECONDS = 15.0
LEAST_TEXT = 20

# What a browser says of files that are on the internet, and of scripts that load such files.
OFFLINE = re.compile(
    r"net::ERR_(NAME_NOT_RESOLVED|INTERNET_DISCONNECTED|FAILED|ABORTED)"
    r"|violates the following Content Security Policy directive"
    r"|Script error for \"https://"
)
_NOT_FOUND = re.compile(r"Page not found|There is no such page")

_COUNT_CHANGES = """
window.sundogChanges = 0;
new MutationObserver(() => { window.sundogChanges += 1; })
  .observe(document, {childList: true, subtree: true, characterData: true});
"""
# What is not text but there to be seen.
_DRAWN = "#sundog-root :is(svg, canvas, img, iframe, input, textarea, button)"


@dataclass(slots=True)
class Outcome:
    """What a visit to a page has found."""

    address: str
    problems: list[str] = field(default_factory=list)
    # Hosts on the internet that the page asks for files.
    hosts: set[str] = field(default_factory=set)
    text: str = ""

    @property
    def works(self) -> bool:
        """Whether the page shows what it is meant to."""
        return not self.problems


def serve(state: Path, *arguments: str) -> AppServer:
    """Start a server of the website."""
    return AppServer(
        # Some of its pages write files into the folder that they run in.
        state / SPEC,
        *arguments,
        python=make.python(ENVIRONMENT),
        command=[str(LAUNCHER)],
        state=state,
        # Its modules import half of what there is for data in Python.
        start_seconds=240,
    )


def addresses() -> list[str]:
    """Return the addresses of all its pages."""
    command = [str(make.python(ENVIRONMENT)), str(LAUNCHER), "addresses"]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


async def visit_all(
    browser: Browser,
    url: str,
    wanted: Sequence[str],
    visited: Callable[[Outcome], object] = lambda outcome: None,
    at_once: int = 3,
) -> list[Outcome]:
    """Visit pages, some at a time, and tell of each; return what was found, in their order."""
    outcomes = [Outcome(address) for address in wanted]
    waiting = iter(outcomes)

    async def work() -> None:
        # One for many pages: what they have in common is loaded once.
        context = await browser.new_context(viewport={"width": 1400, "height": 900})
        for outcome in waiting:
            await visit(context, url, outcome)
            visited(outcome)
        await context.close()

    await asyncio.gather(*(work() for _ in range(at_once)))
    # The machine may have been too busy: in the same run, they get it for themselves, once.
    again = [outcome for outcome in outcomes if not outcome.works]
    for outcome in again:
        outcome.problems.clear()
    waiting = iter(again)
    await work()
    return outcomes


async def visit(context: BrowserContext, url: str, outcome: Outcome) -> None:
    """Open a page by a deep link, and look at it when it rests."""
    page = await context.new_page()
    try:
        watch(page, outcome)
        await page.add_init_script(_COUNT_CHANGES)
        answer = await page.goto(url + outcome.address, wait_until="commit", timeout=LOAD_MS)
        if answer is None or answer.status != 200:
            outcome.problems.append(f"status {answer.status if answer else 'unknown'}")
            return
        await page.wait_for_selector("#sundog-root:not([aria-busy])", timeout=LOAD_MS)
        await shown(page)
        await rest(page)
        await look(page, outcome)
    except BrowserError as error:
        outcome.problems.append(error.message.splitlines()[0])
    finally:
        await page.close(run_before_unload=False)


def watch(page: Page, outcome: Outcome) -> None:
    """Note what goes wrong in a page."""

    def complain(text: str) -> None:
        if not OFFLINE.search(text) and text not in outcome.problems:
            outcome.problems.append(text)

    def console(message: ConsoleMessage) -> None:
        asked = urlsplit(message.location.get("url", "")).hostname
        if message.type == "error" and asked in (None, "", *LOOPBACK):
            complain(f"console: {message.text.splitlines()[0]}")

    def request(asked: Request) -> None:
        parts = urlsplit(asked.url)
        if parts.scheme in ("http", "https") and parts.hostname not in LOOPBACK:
            outcome.hosts.add(str(parts.hostname))

    page.on("console", console)
    page.on("pageerror", lambda error: complain(f"page: {error.message.splitlines()[0]}"))
    page.on("request", request)


async def shown(page: Page) -> None:
    """Return when a page shows anything: the code of its widgets may be loading still."""
    try:
        await page.wait_for_function(
            "([drawn, least]) => document.querySelector(drawn) !== null"
            " || document.querySelector('#sundog-errors:not([hidden])') !== null"
            " || document.querySelector('#sundog-root').innerText.trim().length >= least",
            arg=[_DRAWN, LEAST_TEXT],
            timeout=LOAD_MS,
        )
    except BrowserTimeout:
        # What it shows will tell.
        return


async def rest(page: Page) -> None:
    """Return when a page changes no more, or goes on changing for long."""
    loop = asyncio.get_running_loop()
    end = loop.time() + SETTLE_SECONDS
    before, since = -1, loop.time()
    while loop.time() < min(since + QUIET_SECONDS, end):
        await asyncio.sleep(0.1)
        changes = await page.evaluate("window.sundogChanges")
        if changes != before:
            before, since = changes, loop.time()


async def look(page: Page, outcome: Outcome) -> None:
    """Note what a page shows."""
    for text in await page.locator("#sundog-errors:not([hidden]) article").all_inner_texts():
        # The traceback names folders of this machine.
        lines = text.partition("\nTraceback")[0].splitlines()
        if not OFFLINE.search(text):
            said = " ".join(line for line in lines if line.strip())
            outcome.problems.append(f"error: {said[:300]}")
    outcome.text = await page.locator("#sundog-root").inner_text()
    if _NOT_FOUND.search(outcome.text):
        outcome.problems.append("it says that there is no such page")
    if len(outcome.text.strip()) < LEAST_TEXT and not await page.locator(_DRAWN).count():
        outcome.problems.append("it is empty")


def select(found: Sequence[str], prefixes: Sequence[str]) -> list[str]:
    """Return the addresses that begin with one of some, or all."""
    return [each for each in found if not prefixes or each.startswith(tuple(prefixes))]
