"""Hooks into matplotlib: figures, settings and backend of each kernel."""
