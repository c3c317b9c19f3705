"""What can't be undercut: ipywidgets' own work in one process, and the client's own cost."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.report import Report
from bench.server import Peer

PROBES = Path(__file__).parent.parent / "probes"
COPIES = {"small": 400, "big": 20}


def measure(report: Report, peers: Sequence[Peer], quick: bool) -> None:
    """Measure each in a fresh process; ipywidgets on the first server's interpreter."""
    python = str(peers[0].python)
    for _ in range(1 if quick else 5):
        for app, copies in COPIES.items():
            found = _run(python, "ipywidgets_floor.py", app, str(copies))
            report.row(f"{app} app: build", "ms").add("floor", found["build"])
            report.row(f"{app} app: memory", "KB").add("floor", found["memory"])
        found = _run(python, "ipywidgets_floor.py", "event", "5000")
        report.row("one slider event up to the label's message", "ms").add("floor", found["event"])
        found = _run(sys.executable, "client_floor.py")
        report.row("client and bare echo: round trip", "ms").add("floor", found["echo"])
        report.row("client: CPU per round trip", "ms").add("floor", found["cpu"])
        report.row("client: receiving 10 MB", "MB/s").add("floor", found["receive"])


def _run(python: str, probe: str, *arguments: str) -> dict[str, float]:
    command = [python, str(PROBES / probe), *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=120)
    result: dict[str, float] = json.loads(done.stdout)
    return result
