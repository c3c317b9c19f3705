"""Hooks into Python itself and into comm, and what all hooks are made with."""
