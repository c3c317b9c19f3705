"""Fixtures for all tests."""

from __future__ import annotations

from hypothesis import settings

# Machines that run the tests differ too much in speed for a deadline per example.
settings.register_profile("sundog", deadline=None)
settings.load_profile("sundog")
