"""Opening many kernels and closing all of them again."""

import time
from collections.abc import Sequence

from bench.crowd import crowd
from bench.report import Report
from bench.server import Peer, serving

KERNELS = {"sundog": 2000, "solara": 300}
WARM_UP = 10
CLIENT_PROCESSES = 2
SETTLE = 7.0  # seconds; uvicorn keeps idle HTTP connections for 5


def measure(report: Report, peers: Sequence[Peer], quick: bool) -> None:
    """Open kernels as fast as they come, close them by beacon, see what memory comes back."""
    opened = report.row("kernels opened a second", "1/s", "≥ 150")
    closed = report.row("closed a second, until the server is quiet", "1/s", "≥ 200")
    back = report.row("memory that came back", "%", "≥ 80")
    threads = report.row("threads afterwards", "")
    descriptors = report.row("descriptors left over", "", "0")
    for _ in range(1 if quick else 3):
        for peer in peers:
            count = KERNELS[peer.name] // (5 if quick else 1)
            with (
                serving(peer, "small") as server,
                crowd(peer.page_class, server.port, CLIENT_PROCESSES) as clients,
            ):
                clients.open(WARM_UP)
                clients.leave()
                server.wait_quiet(30)
                time.sleep(SETTLE)
                base, fds = server.rss(), server.descriptors()
                result = clients.open(count)
                opened.add(peer.name, count / result.elapsed)
                server.wait_quiet(60)
                peak = server.rss()
                started = time.monotonic()
                clients.leave()
                left = time.monotonic() - started
                closed.add(peer.name, count / (left + server.wait_quiet(120)))
                time.sleep(SETTLE)
                back.add(peer.name, 100 * (peak - server.rss()) / (peak - base))
                threads.add(peer.name, server.threads())
                descriptors.add(peer.name, server.descriptors() - fds)
    counts = ", ".join(f"{KERNELS[peer.name]:,} for {peer.name}" for peer in peers)
    report.notes.append(f"Kernels: {counts}" + (" ÷ 5 (quick)." if quick else "."))
