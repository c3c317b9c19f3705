"""Hooks into matplotlib: each kernel's figures, settings and backend."""
