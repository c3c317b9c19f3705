"""What a connected, idle kernel of the small app holds: memory, threads, descriptors."""

from collections.abc import Sequence

from bench.crowd import crowd
from bench.report import Report
from bench.server import Peer, serving

KERNELS = {"sundog": 1000, "solara": 200}
WARM_UP = 10


def measure(report: Report, peers: Sequence[Peer], quick: bool) -> None:
    """Compare a server that holds a few kernels with the same one holding many."""
    resident = report.row("resident memory per kernel", "KB", "≤ 130")
    proportional = report.row("proportional memory (PSS) per kernel", "KB")
    threads = report.row("threads, all kernels idle", "", "≤ 40")
    descriptors = report.row("descriptors per kernel", "", "1")
    for _ in range(1 if quick else 3):
        for peer in peers:
            count = KERNELS[peer.name] // (5 if quick else 1)
            with serving(peer, "small") as server, crowd(peer.page_class, server.port) as clients:
                clients.open(WARM_UP)
                server.wait_quiet(30)
                rss, pss, fds = server.rss(), server.pss(), server.descriptors()
                clients.open(count)
                server.wait_quiet(60)
                resident.add(peer.name, (server.rss() - rss) / count / 1000)
                proportional.add(peer.name, (server.pss() - pss) / count / 1000)
                threads.add(peer.name, server.threads())
                descriptors.add(peer.name, (server.descriptors() - fds) / count)
    counts = ", ".join(f"{KERNELS[peer.name]:,} for {peer.name}" for peer in peers)
    report.notes.append(f"Kernels: {counts}" + (" ÷ 5 (quick)." if quick else "."))
