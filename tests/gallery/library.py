"""What is the same for every widget library: the scenario that its page must go through.

A library is a subclass of `Library` named `Test…`, in a file of its own. It says which page of
examples/gallery shows it, and has the few functions that know the library.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.browser.proxies import Line
from tests.browser.servers import AppServer
from tests.browser.visits import Visits

# What pages log of a connection that a test has cut.
LOST = r"WebSocket connection to .* failed|ERR_CONNECTION|ERR_EMPTY"
# What a page fetches before it knows that it needs it counts only if it has run.
LOADED = """() => {
  const early = new Set([...document.querySelectorAll("link[rel=preload]")].map((at) => at.href));
  const ran = new Set([...document.scripts].map((script) => script.src));
  const all = performance.getEntriesByType("resource").map((entry) => entry.name);
  return all.filter((url) => !early.has(url) || ran.has(url));
}"""
FETCHED = re.compile(r"/_sundog/(labextensions|nbextensions)/[^/]+/((?:@[^/]+/)?[^/]+)/")
SETTLE_MS = 100
MOST_LOOKS = 300

Record = Callable[[str, object], None]
MakeLine = Callable[[AppServer], Line]


class Library:
    """A library's page and how to use it. The tests are inherited."""

    # The file's name in examples/gallery.
    page: ClassVar[str]
    # What the table calls it, and the distributions whose versions the table gives.
    title: ClassVar[str]
    packages: ClassVar[tuple[str, ...]]
    # What the page's own code is loaded from; empty for a library that has no widgets.
    labextensions: ClassVar[tuple[str, ...]] = ()
    # The same where no labextension may be used; empty if it has none.
    nbextensions: ClassVar[tuple[str, ...]] = ()
    # Which of tests/environments it runs in.
    environment: ClassVar[str] = "gallery"
    # Whether it can be shown without the internet; one that can't says so in its place.
    works_offline: ClassVar[bool] = True
    # The button by which Python changes what is shown.
    button: ClassVar[str]
    # Console messages that are its own affair: a pattern, and the reason.
    known: ClassVar[Mapping[str, str]] = {}
    # What the table says besides.
    notes: ClassVar[str] = ""

    # What a library knows ------------------------------------------------------------------------

    def shown(self, page: Page) -> None:
        """Expect that the page really shows it, whatever its state."""
        raise NotImplementedError

    def look(self, page: Page) -> Any:
        """Return something that can be compared, and that Python's change changes."""
        raise NotImplementedError

    def move(self, page: Page) -> None:
        """Do what a user does, so that the page's text "In Python: …" changes each time."""
        raise NotImplementedError

    def change(self, page: Page) -> None:
        """Have Python change it, so that `look` changes each time."""
        page.get_by_role("button", name=self.button, exact=True).click()

    # The scenario --------------------------------------------------------------------------------

    def test_labextension(
        self, server: AppServer, line: Line, visits: Visits, record_property: Record
    ) -> None:
        self._begin(visits, record_property)
        one, other = visits.open(line.url), visits.open(server.url)
        self._show(one)
        self._show(other)
        self._expect_fetched(one, labextensions=self.labextensions)
        untouched = text_of(said(other)), steady(self.look, other)
        self._try(one)
        record_property("labextension", bool(self.labextensions))

        assert (text_of(said(other)), steady(self.look, other)) == untouched
        self._try(other)
        record_property("second kernel", True)

        self._resume(one, line)
        self._resynchronise(one, line)
        record_property("resume", True)

    def test_amd(self, server: AppServer, visits: Visits, record_property: Record) -> None:
        if not self.nbextensions:
            pytest.skip("it has no nbextension")
        self._begin(visits, record_property)
        page = visits.open(server.url, prepare=hide_labextensions)
        self._show(page)
        self._expect_fetched(page, nbextensions=self.nbextensions)
        self._try(page)
        record_property("AMD", True)

    def _begin(self, visits: Visits, record: Record) -> None:
        visits.allow(LOST)
        for pattern in self.known:
            visits.allow(pattern)
        record("library", self.title)

    def _show(self, page: Page) -> None:
        expect(said(page)).to_be_visible()
        self.shown(page)

    def _try(self, page: Page) -> None:
        """The user moves it, and Python sees that; Python changes it, and the page shows that."""
        before = text_of(said(page))
        self.move(page)
        expect(said(page)).not_to_have_text(before)
        seen = steady(self.look, page)
        self.change(page)
        wait_for_change(self.look, page, seen)

    def _resume(self, page: Page, line: Line) -> None:
        """The line is lost for a moment; what the user does meanwhile arrives."""
        line.cut()
        before = text_of(said(page))
        self.move(page)
        line.mend()
        expect(said(page)).not_to_have_text(before)
        self.shown(page)
        self._try(page)

    def _resynchronise(self, page: Page, line: Line) -> None:
        """The server no longer has what the page missed, and gives it the full state."""
        texts = watch_frames(page)
        seen = steady(self.look, page)
        line.forget()
        page.evaluate("window.dispatchEvent(new Event('online'))")
        wait_until(page, lambda: any('"synced"' in text for text in texts), "no full state came")
        self.shown(page)
        wait_until(page, lambda: steady(self.look, page) == seen, "it shows something else")
        self._try(page)

    def _expect_fetched(self, page: Page, **expected: tuple[str, ...]) -> None:
        """Expect that widget code came from these extensions, and no other kind was used."""
        found = fetched(page)
        for kind in ("labextensions", "nbextensions"):
            wanted = set(expected.get(kind, ()))
            assert wanted <= found[kind], f"{kind}: {found}"
            if not wanted:
                assert not found[kind], f"{kind}: {found}"


def said(page: Page) -> Locator:
    """Return the text of a gallery page that says what Python knows."""
    return page.get_by_text(re.compile("^In Python:")).first


def text_of(locator: Locator) -> str:
    """Return an element's text."""
    return locator.inner_text()


def steady(look: Callable[[Page], Any], page: Page) -> Any:
    """Return what a look gives when it gives the same twice, so that no animation is under way."""
    last = look(page)
    for _ in range(MOST_LOOKS):
        page.wait_for_timeout(SETTLE_MS)
        now = look(page)
        if now == last:
            return now
        last = now
    raise AssertionError(f"it never comes to rest: {last!r}")


def wait_for_change(look: Callable[[Page], Any], page: Page, before: Any) -> Any:
    """Return what a look gives when it is no longer what it was."""
    wait_until(page, lambda: look(page) != before, f"it still is {before!r}")
    return look(page)


def wait_until(page: Page, is_true: Callable[[], bool], otherwise: str) -> None:
    """Return when something is true; fail if it does not become so."""
    for _ in range(MOST_LOOKS):
        if is_true():
            return
        page.wait_for_timeout(SETTLE_MS)
    raise AssertionError(otherwise)


def drag(element: Locator, across: float, down: float) -> None:
    """Drag from an element's middle."""
    box = element.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = element.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + across, y + down, steps=4)
    mouse.up()


def painted(canvas: Locator) -> dict[str, Any]:
    """Return how many colours an element shows, and a hash of what it shows.

    It is a screenshot that is looked at: a canvas of WebGL can't be read, and one that is hidden
    or empty has one colour.
    """
    data = canvas.screenshot(animations="disabled")
    image = Image.open(io.BytesIO(data)).convert("RGB")
    colors = image.getcolors(maxcolors=1 << 20) or []
    return {"colors": len(colors), "hash": hashlib.sha1(image.tobytes()).hexdigest()}


def expect_painted(canvas: Locator, *, colors: int = 3) -> None:
    """Expect that an element shows at least so many colours."""
    expect(canvas).to_be_visible()
    page = canvas.page
    wait_until(page, lambda: painted(canvas)["colors"] >= colors, "it is blank")


def fetched(page: Page) -> dict[str, set[str]]:
    """Return the extensions that a page has loaded code from, by kind."""
    urls = page.evaluate(LOADED)
    found: dict[str, set[str]] = {"labextensions": set(), "nbextensions": set()}
    for url in urls:
        match = FETCHED.search(url)
        if match is not None:
            found[match[1]].add(match[2])
    return found


def hide_labextensions(context: BrowserContext) -> None:
    """Have pages believe that no labextensions are installed, so that they use AMD."""

    def answer(route: Route) -> None:
        response = route.fetch()
        manifest = {**response.json(), "labextensions": {}}
        route.fulfill(response=response, body=json.dumps(manifest))

    context.route(re.compile(r"/_sundog/extensions\.json"), answer)


def watch_frames(page: Page) -> list[str]:
    """Return a list of the control messages that come over the page's next connections."""
    texts: list[str] = []

    def note(frame: str | bytes) -> None:
        if isinstance(frame, str) and frame.startswith("{"):
            texts.append(frame)

    page.on("websocket", lambda socket: socket.on("framereceived", note))
    return texts
