"""Chromium, driven by Playwright, and the measurements inside the page."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright
from playwright.sync_api import Page as Tab

WIDGET = ".jupyter-widgets.widget-slider"
LABEL = ".jupyter-widgets.widget-label"
HANDLE = ".noUi-handle"

# Records when the slider first has a size, in ms since the navigation started.
WATCH_VISIBLE = f"""
(() => {{
  const look = () => {{
    const handle = document.querySelector("{WIDGET} {HANDLE}");
    if (handle && handle.getBoundingClientRect().width > 0) window.benchVisible = performance.now();
    else requestAnimationFrame(look);
  }};
  requestAnimationFrame(look);
}})();
"""

# Records, for each key press, the ms until the label's text changed.
WATCH_KEYS = f"""
(() => {{
  const label = document.querySelector("{LABEL}");
  let pressed = 0;
  window.benchKeys = [];
  addEventListener("keydown", () => {{ pressed = performance.now(); }}, true);
  new MutationObserver(() => {{
    if (pressed) window.benchKeys.push(performance.now() - pressed);
    pressed = 0;
  }}).observe(label, {{childList: true, characterData: true, subtree: true}});
}})();
"""


# Records when a label first says "version …", in ms since 1970 by the server's clock.
WATCH_VERSIONS = f"""
(() => {{
  window.benchVersions = {{}};
  new MutationObserver(() => {{
    for (const label of document.querySelectorAll("{LABEL}")) {{
      const text = label.textContent.trim();
      if (text.startsWith("version ")) window.benchVersions[text] ??= Date.now();
    }}
  }}).observe(document, {{childList: true, characterData: true, subtree: true}});
}})();
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the machine's Chromium, or else Playwright's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """A tab with the app, and the costs of loading it."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.tab: Tab = context.new_page()
        self.requests = 0
        self.bytes = 0.0
        wire = context.new_cdp_session(self.tab)
        wire.on("Network.responseReceived", self._received)
        wire.on("Network.loadingFinished", self._finished)
        wire.send("Network.enable")
        self.tab.add_init_script(WATCH_VISIBLE)
        self.tab.goto(address, wait_until="commit")
        self.tab.wait_for_function("window.benchVisible", timeout=60_000)
        self.visible = float(self.tab.evaluate("window.benchVisible"))

    def settle(self) -> None:
        """Wait for pending requests, such as the favicon, so that they count."""
        self.tab.wait_for_load_state("networkidle")

    def _received(self, event: Any) -> None:
        # Blobs and data URLs never leave the page.
        self.requests += event["response"]["url"].startswith("http")

    def _finished(self, event: Any) -> None:
        self.bytes += event["encodedDataLength"]
