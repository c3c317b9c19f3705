"""Tests written for Solara's plugin of pytest run with Sundog."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.browser.conftest import find_chromium
from tests.environments import use
from tests.gallery.table import ROOT
from tests.solara.website import ENVIRONMENT

SUITE = Path(__file__).with_name("plugin")
SECONDS = 240


@pytest.mark.browser
def test_the_fixtures_of_solara(tmp_path: Path) -> None:
    find_chromium()
    found = run_tests(tmp_path)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "12 passed" in found.stdout, found.stdout


@pytest.mark.browser
def test_the_mode_can_be_chosen(tmp_path: Path) -> None:
    find_chromium()
    found = run_tests(tmp_path, "-k", "mode", SOLARA_MODE="production")
    assert found.returncode == 0, found.stdout + found.stderr
    assert "1 passed" in found.stdout, found.stdout


def run_tests(tmp_path: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the tests of the folder `plugin`."""
    python = use.interpreter(ENVIRONMENT)
    options = [
        *("-p", "sundog.testing", "-p", "no:cacheprovider", "-q"),
        *("--confcutdir", str(SUITE), "-c", os.devnull, "--rootdir", str(SUITE)),
        *("--output", str(tmp_path / "output"), "--solara-port", "0"),
    ]
    return subprocess.run(
        [python, "-m", "pytest", *options, *arguments, str(SUITE / "cases.py")],
        cwd=ROOT,
        env={**os.environ, "SOLARA_TEST_RUNNERS": "solara", **environ},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
