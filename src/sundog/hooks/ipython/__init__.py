"""Hooks into IPython: the shell, display and magics that an app finds."""
