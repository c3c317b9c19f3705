"""The tests of hooks into libraries, where the libraries are."""

from __future__ import annotations

import subprocess

from tests.environments import use
from tests.gallery.table import ROOT


def test_hooks_into_libraries() -> None:
    tests = "tests/unit/hooks/test_libraries.py"
    command = [use.interpreter("gallery"), "-m", "pytest", "-q", "-p", "no:cacheprovider", tests]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "skipped" not in found.stdout, found.stdout
