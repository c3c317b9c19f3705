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
    python = use.interpreter(ENVIRONMENT)
    options = [
        *("-p", "sundog.testing", "-p", "no:cacheprovider", "-q"),
        *("--confcutdir", str(SUITE), "-c", os.devnull, "--rootdir", str(SUITE)),
        *("--output", str(tmp_path / "output"), "--solara-port", "0"),
    ]
    found = subprocess.run(
        [python, "-m", "pytest", *options, str(SUITE / "cases.py")],
        cwd=ROOT,
        env={**os.environ, "SOLARA_TEST_RUNNERS": "solara"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    assert "7 passed" in found.stdout, found.stdout
