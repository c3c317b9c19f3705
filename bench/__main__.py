"""`python -m bench FIGURE`: measures a figure and prints it as a table."""

import argparse
import sys
from pathlib import Path

from bench.figures import FIGURES
from bench.report import Report
from bench.server import Peer, raise_descriptor_limit
from bench.setup import install_peer, peer_python
from bench.solara import SolaraPage
from bench.sundog import SundogPage


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "figure",
        choices=[*FIGURES, "all", "setup"],
        help="what to measure; setup installs solara-server",
    )
    parser.add_argument(
        "--server",
        choices=["sundog", "solara", "both"],
        default="both",
        help="which server to measure (default: both)",
    )
    parser.add_argument(
        "--quick", action="store_true", help="take few samples, to check that it runs"
    )
    parser.add_argument(
        "--json", type=Path, metavar="FOLDER", help="write every sample to FOLDER/FIGURE.json"
    )
    options = parser.parse_args()
    if options.figure == "setup":
        install_peer()
        return
    raise_descriptor_limit()
    peers = []
    if options.server in ("sundog", "both"):
        peers.append(Peer(SundogPage, Path(sys.executable)))
    if options.server in ("solara", "both"):
        python = peer_python()
        if not python.exists():
            parser.error("solara-server is not installed. Run: python -m bench setup")
        peers.append(Peer(SolaraPage, python))
    for figure in FIGURES if options.figure == "all" else [options.figure]:
        report = Report(figure)
        FIGURES[figure](report, peers, options.quick)
        columns = ["floor"] if figure == "floor" else [peer.name for peer in peers]
        print(report.text(columns), end="\n\n", flush=True)
        if options.json:
            options.json.mkdir(parents=True, exist_ok=True)
            report.write(options.json / f"{figure}.json")


if __name__ == "__main__":
    main()
