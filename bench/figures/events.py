"""A slider's events: how many a second, how soon one is answered, what it costs the server."""

from collections.abc import Sequence
from contextlib import ExitStack

from bench.crowd import Crowd, crowd
from bench.report import Report, percentile
from bench.server import Peer, Server, serving

CLIENTS = 100
CLIENT_PROCESSES = 2


def measure(report: Report, peers: Sequence[Peer], quick: bool) -> None:
    """Measure one page alone, then 100 pages that each wait for an answer before the next event."""
    rounds, seconds = (1, 2.0) if quick else (5, 4.0)
    single = report.row("round trip, one page, p50", "ms", "≤ 0.8")
    tail = report.row("round trip, one page, p95", "ms")
    rate = report.row(f"events a second, {CLIENTS} pages", "1/s", "≥ 3,000")
    cost = report.row("server CPU per event", "ms", "≤ 0.3")
    crowded = report.row(f"round trip, {CLIENTS} pages, p50", "ms")
    with ExitStack() as stack:
        running: dict[str, tuple[Server, Crowd, Crowd]] = {}
        for peer in peers:
            server = stack.enter_context(serving(peer, "events"))
            one = stack.enter_context(crowd(peer.page_class, server.port))
            many = stack.enter_context(crowd(peer.page_class, server.port, CLIENT_PROCESSES))
            one.open(1)
            many.open(CLIENTS)
            one.change(0.5)
            running[peer.name] = server, one, many
        for _ in range(rounds):
            for name, (server, one, many) in running.items():
                alone = [1000 * value for value in one.change(seconds / 2).latencies]
                single.add(name, percentile(alone, 0.5))
                tail.add(name, percentile(alone, 0.95))
                before = server.cpu()
                result = many.change(seconds)
                cost.add(name, 1000 * (server.cpu() - before) / result.count)
                rate.add(name, result.count / result.elapsed)
                crowded.add(name, 1000 * percentile(result.latencies, 0.5))
