"""An app of Solara's components: until it is rendered, the server's CPU for it, and its memory.

Sundog runs in the tests' environment that has `solara-ui`: `scripts/environment solara`.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from bench.crowd import crowd
from bench.report import Report, percentile
from bench.server import Peer, serving

APP = "components"
ENVIRONMENT = Path(__file__).parents[2] / ".environments" / "solara" / "bin" / "python"
WARM_UP = 10


def measure(report: Report, peers: Sequence[Peer], quick: bool) -> None:
    """Open pages one after another, the servers taking turns; then hold many."""
    rounds, pages, kernels = (2, 5, 20) if quick else (10, 10, 90)
    p50 = report.row("rendered, p50", "ms")
    p95 = report.row("rendered, p95", "ms")
    frames = report.row("frames", "")
    size = report.row("payload", "KB")
    cpu = report.row("CPU per page", "ms")
    resident = report.row("resident memory per kernel", "KB")
    with ExitStack() as stack:
        parts = []
        for peer in peers:
            peer = replace(peer, python=ENVIRONMENT) if peer.name == "sundog" else peer
            server = stack.enter_context(serving(peer, APP))
            clients = stack.enter_context(crowd(peer.page_class, server.port))
            clients.open(WARM_UP, at_once=1)
            clients.leave()
            server.wait_quiet(60)
            parts.append((peer.name, server, clients))
        for _ in range(rounds):
            for name, server, clients in parts:
                before = server.cpu()
                result = clients.open(pages, at_once=1)
                cpu.add(name, 1000 * (server.cpu() - before) / pages)
                clients.leave()
                times = [1000 * value for value in result.latencies]
                p50.add(name, percentile(times, 0.5))
                p95.add(name, percentile(times, 0.95))
                frames.add(name, percentile(result.frames, 0.5))
                size.add(name, percentile(result.bytes, 0.5) / 1000)
        for name, server, clients in parts:
            server.wait_quiet(60)
            before = server.rss()
            clients.open(kernels)
            server.wait_quiet(60)
            resident.add(name, (server.rss() - before) / kernels / 1000)
