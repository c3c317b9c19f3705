"""Benchmarks of Sundog against a real peer; see README.md."""
