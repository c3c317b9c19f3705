"""From saving the app's file to the new view in Chromium, in development mode."""

import itertools
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.chromium import WATCH_VERSIONS, Visit, chromium
from bench.page import HOST
from bench.report import Report, percentile
from bench.server import APPS, Peer, serving

VERSION = "value 0"
# A save that comes while the former one is still being worked on would measure both.
PAUSE = 1.0  # seconds


def measure(report: Report, peers: Sequence[Peer], quick: bool) -> None:
    """Save a changed label again and again, the servers taking turns."""
    source = (APPS / "small.py").read_text()
    p50 = report.row("save to new view, p50", "ms", "≤ 1,000")
    p95 = report.row("save to new view, p95", "ms")
    times: dict[str, list[float]] = {peer.name: [] for peer in peers}
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())
        pages = []
        for peer in peers:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            app = folder / "app.py"
            app.write_text(source)
            server = stack.enter_context(serving(peer, app, development=True))
            context = browser.new_context()
            context.add_init_script(WATCH_VERSIONS)
            visit = Visit(context, f"http://{HOST}:{server.port}/")
            visit.settle()
            pages.append((peer.name, app, visit.tab))
        numbers = itertools.count(1)
        for turn in range(4 if quick else 21):
            for name, app, tab in pages:
                tab.bring_to_front()
                time.sleep(PAUSE)
                text = f"version {next(numbers)}"
                content = source.replace(VERSION, text, 1)
                saved = time.time()
                app.write_text(content)
                # It may be another document by then: servers may load the page anew.
                tab.wait_for_function("text => text in window.benchVersions", arg=text)
                shown = tab.evaluate("text => window.benchVersions[text]", text)
                if turn:
                    times[name].append(shown - 1000 * saved)
    for name, values in times.items():
        p50.add(name, percentile(values, 0.5))
        p95.add(name, percentile(values, 0.95))
