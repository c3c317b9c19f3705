"""Hooks into Python itself and into comm, and the tools for all hooks."""
