"""Separate virtual environments for what can't or should not be installed beside the tests."""
