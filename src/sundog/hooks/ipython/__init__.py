"""Hooks into IPython: the shell, display and magics."""
