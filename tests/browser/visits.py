"""Pages in the browser, and what must not happen in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from tests.patience import PATIENCE

# What a page logs of a network that a test has taken away.
OFFLINE = "ERR_INTERNET_DISCONNECTED"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Visits:
    """Opens pages and notes their errors and their requests that leave this machine."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._complaints: list[str] = []
        self._allowed: list[str] = []

    def allow(self, pattern: str) -> None:
        """Allow console errors, page errors and requests that match."""
        self._allowed.append(pattern)

    def open(
        self,
        url: str,
        *,
        wait: bool = True,
        prepare: Callable[[BrowserContext], None] = lambda context: None,
        **options: Any,
    ) -> Page:
        """Open a page in a browser of its own, and return when its app has run."""
        context = self._browser.new_context(**{"timezone_id": "UTC", "locale": "en-GB", **options})
        self._contexts.append(context)
        context.set_default_timeout(PATIENCE * 1000)
        context.on("request", self._check_request)
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self._complain(f"page error: {error.error}"))
        prepare(context)
        return self.another(context, url, wait=wait)

    def another(self, context: BrowserContext, url: str, *, wait: bool = True) -> Page:
        """Open one more page in a browser."""
        page = context.new_page()
        page.on("websocket", lambda socket: self._check_url(socket.url))
        page.goto(url, wait_until="commit")
        if wait:
            self.wait_until_ready(page)
        return page

    def wait_until_ready(self, page: Page) -> None:
        """Return when the page's app has run."""
        expect(page.locator("#sundog-root:not([aria-busy])")).to_be_attached()
        expect(page.locator("#sundog-root .jp-OutputArea-output > *").first).to_be_attached()

    def check(self) -> None:
        """Fail if anything happened that should not."""
        complaints = [
            complaint
            for complaint in self._complaints
            if not any(re.search(pattern, complaint) for pattern in self._allowed)
        ]
        self._complaints.clear()
        assert not complaints, "\n".join(complaints)

    def close(self) -> None:
        """Close all pages, and check."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()
        self.check()

    def _check_request(self, request: Request) -> None:
        self._check_url(request.url)

    def _check_url(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in LOOPBACK:
            self._complain(f"a request left this machine: {url}")

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            where = message.location.get("url", "")
            self._complain(f"console error: {message.text} ({where})")

    def _complain(self, text: str) -> None:
        self._complaints.append(text)
