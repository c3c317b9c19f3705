"""From a key press on the slider to the label's new text, in Chromium."""

from collections.abc import Sequence
from contextlib import ExitStack

from bench.chromium import HANDLE, WATCH_KEYS, Visit, chromium
from bench.page import HOST
from bench.report import Report, percentile
from bench.server import Peer, serving

PRESSES = 20
PAUSE = 40  # milliseconds from a change to the next press


def measure(report: Report, peers: Sequence[Peer], quick: bool) -> None:
    """Press the arrow key; a MutationObserver in the page takes the time."""
    p50 = report.row("key press to changed text, p50", "ms", "≤ 8")
    p95 = report.row("key press to changed text, p95", "ms")
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())
        tabs = {}
        for peer in peers:
            server = stack.enter_context(serving(peer, "events"))
            visit = Visit(browser.new_context(), f"http://{HOST}:{server.port}/")
            visit.settle()
            visit.tab.evaluate(WATCH_KEYS)
            tabs[peer.name] = visit.tab
        for number in range(3 if quick else 8):
            for name, tab in tabs.items():
                tab.bring_to_front()
                tab.locator(HANDLE).focus()
                tab.evaluate("window.benchKeys.length = 0")
                for press in range(1, PRESSES + 1):
                    tab.keyboard.press("ArrowRight")
                    tab.wait_for_function(f"window.benchKeys.length == {press}")
                    tab.wait_for_timeout(PAUSE)
                times = tab.evaluate("window.benchKeys")
                if number:
                    p50.add(name, percentile(times, 0.5))
                    p95.add(name, percentile(times, 0.95))
