"""Visits every page of solara-ui's website and prints how many work.

    python -m tests.solara [--write] [PREFIX …]

With `--write`, the table of docs/solara-apps.md is written from what was found. With prefixes, only
the pages whose addresses begin with them are visited.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import async_playwright

from tests.browser.conftest import ARGUMENTS, find_chromium
from tests.environments import make
from tests.solara import table
from tests.solara.website import ENVIRONMENT, Outcome, addresses, select, serve, visit_all


async def run(url: str, wanted: Sequence[str]) -> list[Outcome]:
    """Visit pages in one browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        return await visit_all(browser, url, wanted, tell)


def tell(outcome: Outcome) -> None:
    """Say that a page was visited."""
    print("." if outcome.works else "F", end="", file=sys.stderr, flush=True)


def report(outcomes: Sequence[Outcome], seconds: float) -> None:
    """Print what was found."""
    print(file=sys.stderr)
    for outcome in outcomes:
        if not outcome.works:
            print(f"{outcome.address}: {'; '.join(outcome.problems)}")
    working = sum(outcome.works for outcome in outcomes)
    print(f"{working} of {len(outcomes)} pages work ({seconds:.0f} s)", flush=True)


def main() -> int:
    """Run the command; 0 where all pages work that are known to."""
    parser = argparse.ArgumentParser(prog="scripts/solara-apps", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/solara-apps.md")
    parser.add_argument("prefix", nargs="*", help="only pages whose address begins so")
    arguments = parser.parse_args()
    make.make(ENVIRONMENT)
    everything = addresses()
    wanted = select(everything, arguments.prefix)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as state:
        server = serve(Path(state))
        try:
            outcomes = asyncio.run(run(server.url, wanted))
            worse = {o.address for o in outcomes if not o.works} - table.known_failures()
            report(outcomes, time.monotonic() - began)
            if arguments.write:
                table.write(outcomes, everything)
        finally:
            server.stop()
    if worse:
        print(f"not known to fail: {', '.join(sorted(worse))}", file=sys.stderr)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
