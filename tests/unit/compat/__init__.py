"""Tests of what existing Solara apps import."""
