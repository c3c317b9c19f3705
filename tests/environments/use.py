"""Finds an environment for a test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.environments import make


def interpreter(name: str) -> Path:
    """Return the interpreter of an environment; skip the test if it is not up to date."""
    if not make.is_fresh(name):
        message = f"the environment {name} is not up to date: run `scripts/environment {name}`"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    return make.python(name)
