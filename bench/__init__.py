"""Benchmarks of Sundog compared with `solara-server`; see README.md."""
