"""Very many kernels on one server: opened, held while some work without a pause, and closed."""

import time
from collections.abc import Sequence

from bench.crowd import crowd
from bench.report import Report, percentile
from bench.server import Peer, end, serving

KERNELS = {"sundog": (1_000, 10_000), "solara": (200, 500)}
BUSY = 100
BUSY_SECONDS = 10.0
# Every page of the crowd comes from one address and sends as fast as it can.
ENVIRON = {
    "SUNDOG_HANDSHAKE_RATE": "none",
    "SUNDOG_MESSAGE_RATE": "none",
    "SUNDOG_KERNEL_MAX_COUNT": "20000",
    "SUNDOG_KERNEL_MAX_PER_SESSION": "20000",
}


def measure(report: Report, peers: Sequence[Peer], quick: bool) -> None:
    """Compare closing with few kernels and with many, and the latency of the pages at work."""
    for peer in peers:
        few, many = KERNELS[peer.name]
        for count in (few,) if quick else (few, many):
            _measure(report, peer, count)


def _measure(report: Report, peer: Peer, count: int) -> None:
    def add(label: str, unit: str, value: float, target: str = "") -> None:
        report.row(f"{label}, {count:,} kernels", unit, target).add(peer.name, value)

    with (
        serving(peer, "small", ENVIRON) as server,
        crowd(peer.page_class, server.port, processes=2) as idle,
        crowd(peer.page_class, server.port) as busy,
    ):
        opened = idle.open(count)
        add("opened", "a second", opened.count / opened.elapsed)
        server.wait_quiet(120)
        add("resident memory", "MB", server.rss() / 1e6)
        busy.open(BUSY)
        latencies = busy.change(BUSY_SECONDS).latencies
        add(f"{BUSY} pages at work, event p50", "ms", percentile(latencies, 0.5) * 1e3)
        add(f"{BUSY} pages at work, event p99", "ms", percentile(latencies, 0.99) * 1e3, "≤ 100")
        before, started = server.cpu(), time.monotonic()
        idle.leave()
        server.wait_quiet(300)
        add("closing all", "s", time.monotonic() - started, "≤ 20")
        add("server's CPU to close one", "ms", (server.cpu() - before) / count * 1e3)
        idle.open(count)
        started = time.monotonic()
        end(server.popen)
        add("from SIGTERM to the end", "s", time.monotonic() - started, "≤ 10")
