"""The tests of hooks into libraries, where the libraries are."""

from __future__ import annotations

import subprocess

from tests.environments import use
from tests.gallery.table import ROOT

NAMES = ("itables", "libraries", "perspective", "plotly")


def test_hooks_into_libraries() -> None:
    tests = [f"tests/unit/hooks/libraries/test_{name}.py" for name in NAMES]
    command = [use.interpreter("gallery"), "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "skipped" not in found.stdout, found.stdout
