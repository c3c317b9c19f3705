"""Runs an app: once at start, then once for every kernel."""
