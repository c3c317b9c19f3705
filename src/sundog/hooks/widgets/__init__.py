"""Hooks into ipywidgets: widgets and Output widgets that belong to one kernel."""
