"""The tests of components, where solara-ui is."""

from __future__ import annotations

import subprocess

from tests.environments import use
from tests.gallery.table import ROOT
from tests.solara.website import ENVIRONMENT


def test_components() -> None:
    command = [use.interpreter(ENVIRONMENT), "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    tests = "tests/unit/solara/test_components.py"
    found = subprocess.run([*command, tests], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "skipped" not in found.stdout, found.stdout
