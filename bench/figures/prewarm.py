"""An app that takes half a second of work: its first render, run for the page and in advance."""

import time
from collections.abc import Sequence
from contextlib import ExitStack

from bench.crowd import crowd
from bench.report import Report, percentile
from bench.server import Peer, serving

READY = {"SUNDOG_KERNEL_PREWARM": "2"}
# Long enough for another kernel to be made ready.
PAUSE = 2.0  # seconds


def measure(report: Report, peers: Sequence[Peer], quick: bool) -> None:
    """Open single pages, seconds apart; the servers take turns."""
    rounds = 2 if quick else 10
    cases = [("run for the page", {}), ("run in advance", READY)]
    with ExitStack() as stack:
        crowds = []
        for label, environ in cases:
            row = report.row(f"slow app, {label}, p50", "ms")
            for peer in peers:
                if environ and peer.name != "sundog":
                    continue
                server = stack.enter_context(serving(peer, "slow", environ))
                clients = stack.enter_context(crowd(peer.page_class, server.port))
                crowds.append((row, peer.name, clients))
        for _ in range(rounds):
            time.sleep(PAUSE)
            for row, name, clients in crowds:
                result = clients.open(1, at_once=1)
                clients.leave()
                row.add(name, 1000 * percentile(result.latencies, 0.5))
