"""From opening the socket to the last widget, for a small and a big app."""

from collections.abc import Sequence
from contextlib import ExitStack

from bench.crowd import crowd
from bench.report import Report, percentile
from bench.server import Peer, serving

TARGETS = {"small": ("≤ 8", "≤ 4"), "big": ("≤ 70", "≤ 8")}
WARM_UP = 5


def measure(report: Report, peers: Sequence[Peer], quick: bool) -> None:
    """Open pages one after another; the servers take turns."""
    rounds, pages = (2, 5) if quick else (10, 10)
    for app, (time_target, frames_target) in TARGETS.items():
        p50 = report.row(f"{app} app, p50", "ms", time_target)
        p95 = report.row(f"{app} app, p95", "ms")
        frames = report.row(f"{app} app, frames", "", frames_target)
        size = report.row(f"{app} app, payload", "KB")
        with ExitStack() as stack:
            crowds = {}
            for peer in peers:
                server = stack.enter_context(serving(peer, app))
                crowds[peer.name] = stack.enter_context(crowd(peer.page_class, server.port))
                crowds[peer.name].open(WARM_UP, at_once=1)
                crowds[peer.name].leave()
            for _ in range(rounds):
                for name, clients in crowds.items():
                    result = clients.open(pages, at_once=1)
                    clients.leave()
                    times = [1000 * value for value in result.latencies]
                    p50.add(name, percentile(times, 0.5))
                    p95.add(name, percentile(times, 0.95))
                    frames.add(name, percentile(result.frames, 0.5))
                    size.add(name, percentile(result.bytes, 0.5) / 1000)
