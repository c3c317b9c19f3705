"""10 MB of random bytes from a trait to a page, permessage-deflate offered."""

from collections.abc import Sequence
from contextlib import ExitStack

from bench.crowd import crowd
from bench.report import Report, percentile
from bench.server import Peer, serving

SIZE = 10_000_000
PUSHES = 5  # in one round, because the system counts CPU in steps of 10 ms


def measure(report: Report, peers: Sequence[Peer], quick: bool) -> None:
    """From the click to the whole frame at the client; the servers take turns."""
    rate = report.row("bytes pushed", "MB/s", "≥ 200")
    took = report.row("one push of 10 MB", "ms")
    cost = report.row("server CPU per push", "ms")
    with ExitStack() as stack:
        running = {}
        for peer in peers:
            server = stack.enter_context(serving(peer, "push"))
            clients = stack.enter_context(crowd(peer.page_class, server.port))
            clients.open(1)
            clients.push(2, SIZE)
            running[peer.name] = server, clients
        for _ in range(2 if quick else 6):
            for name, (server, clients) in running.items():
                before = server.cpu()
                seconds = percentile(clients.push(PUSHES, SIZE).latencies, 0.5)
                rate.add(name, SIZE / seconds / 1e6)
                took.add(name, 1000 * seconds)
                cost.add(name, 1000 * (server.cpu() - before) / PUSHES)
