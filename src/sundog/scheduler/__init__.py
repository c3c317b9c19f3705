"""Runs the kernels' work on a few shared threads: one thing at a time for each kernel."""
