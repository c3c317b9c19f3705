"""Sundog: serve ipywidgets applications to many users, without a Jupyter kernel."""

__version__ = "0.1.0"
