"""Kernel and page states, and the one function that changes them. No I/O, no clock."""
