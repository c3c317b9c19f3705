"""Runs the kernels' work on a few shared threads, one task at a time for each kernel."""
