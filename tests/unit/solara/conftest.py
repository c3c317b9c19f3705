"""Fixtures for tests that run apps."""

from tests.hosted import apps, host, kernel, pytest_runtest_call

__all__ = ["apps", "host", "kernel", "pytest_runtest_call"]
