"""Loading the small app in Chromium: how soon it is visible, how much is fetched."""

from collections.abc import Sequence
from contextlib import ExitStack

from bench.chromium import Visit, chromium
from bench.page import HOST
from bench.report import Report
from bench.server import Peer, serving


def measure(report: Report, peers: Sequence[Peer], quick: bool) -> None:
    """Visit with an empty cache, then again with a filled one; the servers take turns."""
    cold = report.row("visible, empty cache", "s", "≤ 0.7")
    warm = report.row("visible, filled cache", "s", "≤ 0.4")
    size = report.row("bytes, empty cache", "KB", "≤ 350")
    requests = report.row("requests, empty cache", "", "≤ 14")
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())
        addresses = {}
        for peer in peers:
            server = stack.enter_context(serving(peer, "small"))
            addresses[peer.name] = f"http://{HOST}:{server.port}/"
        for number in range(3 if quick else 11):
            for name, address in addresses.items():
                context = browser.new_context()
                first = Visit(context, address)
                first.settle()
                first.tab.close()
                second = Visit(context, address)
                second.settle()
                context.close()
                if number:  # the first round starts the browser's processes
                    cold.add(name, first.visible / 1000)
                    warm.add(name, second.visible / 1000)
                    size.add(name, first.bytes / 1000)
                    requests.add(name, first.requests)
