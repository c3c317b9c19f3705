"""`python -m bench.reliability`: what is left of pages that come and go, and how pages come back.

Prints the figures of docs/reliability.md. Everything runs on the loopback interface, against
servers in processes of their own, which end with the command. Linux.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.server import raise_descriptor_limit
from tests.browser.servers import AppServer
from tests.stress import clients, cuts, cycles

PER_ROUND = 250
# Idle threads of the pool leave after ten seconds.
THREADS_LEAVE_SECONDS = 15.0


@contextmanager
def serving(source: str, environ: dict[str, str]) -> Iterator[AppServer]:
    """Run a server in production mode."""
    with tempfile.TemporaryDirectory() as folder:
        app = Path(folder) / "app" / "app.py"
        app.parent.mkdir()
        app.write_text(source)
        server = AppServer(app, "--production", environ=environ)
        try:
            yield server
        finally:
            server.stop()


def measure_cycles(count: int) -> None:
    """Open and close pages; print what the process holds at the start, half-way and at the end."""
    with serving(cycles.APP, cycles.ENVIRON) as server:
        process, began = server.process.pid, time.monotonic()
        # So many at once that the pool has all the threads that it keeps.
        cycles.run_cycles(server.port, 200, visitors=16)
        time.sleep(THREADS_LEAVE_SECONDS)
        samples = list(
            cycles.watch_cycles(process, server.port, max(4, count // PER_ROUND), PER_ROUND)
        )
        time.sleep(THREADS_LEAVE_SECONDS)
        last = cycles.sample(process, samples[-1].cycles)
        seconds = time.monotonic() - began
    half = samples[len(samples) // 2 :]
    print("| cycles | resident memory | threads | descriptors |")
    print("| --- | --- | --- | --- |")
    for each in (samples[0], half[0], last):
        megabytes = each.memory / 1e6
        print(f"| {each.cycles:,} | {megabytes:.1f} MB | {each.threads} | {each.descriptors} |")
    print(
        f"\nSlope over the last half: {cycles.slope(half):,.0f} bytes per cycle ({seconds:.0f} s)."
    )


async def measure_cut(port: int, count: int, seconds: float) -> None:
    """Cut the network of many pages once; print a row."""
    async with cuts.crowd(port, count) as (network, made):
        cut = await cuts.go_through(network, made, seconds)
    resume, back = cut.resume, cut.back
    print(
        f"| {seconds:g} s | {cut.clients} | {'/'.join(sorted(cut.modes))} | {cut.missed:,} "
        f"| {cut.clicks:,} | {len(cut.faults)} "
        f"| {1000 * cuts.percentile(resume, 0.5):.0f} / {1000 * cuts.percentile(resume, 0.95):.0f} "
        f"ms | {cuts.percentile(back, 0.5):.1f} / {cuts.percentile(back, 0.95):.1f} s |",
        flush=True,
    )
    for fault in cut.faults[:10]:
        print(f"    {fault}")


def measure_cuts(lengths: list[float], count: int) -> None:
    """Print a row per length of a cut, and one beyond the replay buffer."""
    print("| cut | pages | mode | missed | clicks | faults | resume p50 / p95 | back p50 / p95 |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    # The first says what a page costs that doesn't have to wait for others.
    for seconds, pages in [(lengths[0], 10), *((seconds, count) for seconds in lengths)]:
        with serving(clients.APP, cuts.ENVIRON) as server:
            asyncio.run(measure_cut(server.port, pages, seconds))
    with serving(clients.APP, {**cuts.ENVIRON, "SUNDOG_REPLAY_MESSAGES": "30"}) as server:
        asyncio.run(measure_cut(server.port, count, 10.0))


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.reliability", description=__doc__)
    parser.add_argument(
        "--cycles", type=int, default=10_000, help="how many pages to open and close; 0 for none"
    )
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--cuts", type=float, nargs="*", default=[1, 10, 60], metavar="SECONDS")
    options = parser.parse_args()
    raise_descriptor_limit()
    if options.cuts:
        measure_cuts(options.cuts, options.pages)
        print()
    if options.cycles:
        measure_cycles(options.cycles)


if __name__ == "__main__":
    main()
