"""From starting the process to `/readyz` 200, and what the idle server holds."""

import subprocess
import time
from collections.abc import Sequence

from bench.report import Report
from bench.server import Peer, Server, end, free_port, launch, wait_ready


def measure(report: Report, peers: Sequence[Peer], quick: bool) -> None:
    """Start the small app, several times; the first start, which fills caches, is not counted."""
    start = report.row("exec to /readyz 200", "s", "≤ 1.0")
    memory = report.row("idle resident memory", "MB", "≤ 70")
    threads = report.row("idle threads", "")
    for number in range(3 if quick else 8):
        for peer in peers:
            port = free_port()
            started = time.perf_counter()
            process = launch(peer, "small", port, subprocess.DEVNULL, {})
            try:
                wait_ready(port, process)
                elapsed = time.perf_counter() - started
                server = Server(peer, port, process)
                server.wait_quiet(20)
                if number:
                    start.add(peer.name, elapsed)
                    memory.add(peer.name, server.rss() / 1e6)
                    threads.add(peer.name, server.threads())
            finally:
                end(process)
